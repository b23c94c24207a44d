# SPDX-License-Identifier: Apache-2.0
"""Adam (Kingma, Ba 2015) on all parameters of a network as one vector; latent weights stay in -1..1."""
import torch

from binary import BinaryConv2d

BETAS, TINY = (0.9, 0.999), 1e-8


class Adam:
    """Parameters, gradients and both moments: float32 [parameters] each, the `latent` latent weights first."""

    def __init__(self, net):
        latent = [module.weight for module in net.modules() if isinstance(module, BinaryConv2d)]
        known = {id(p) for p in latent}
        parameters = latent + [p for p in net.parameters() if id(p) not in known]
        sizes = [p.numel() for p in parameters]
        self.latent = sum(sizes[:len(latent)])
        self.values, self.gradients, self.first, self.second = torch.zeros(4, sum(sizes), device=latent[0].device)
        self.steps = 0
        for p, values, gradients in zip(parameters, self.values.split(sizes), self.gradients.split(sizes)):
            values.copy_(p.data.reshape(-1))
            p.data, p.grad = values.view(p.shape), gradients.view(p.shape)

    def step(self, rate):
        """One step against the gradients."""
        self.steps += 1
        first, second = BETAS
        self.first.mul_(first).add_(self.gradients, alpha=1 - first)
        self.second.mul_(second).addcmul_(self.gradients, self.gradients, value=1 - second)
        scale = (1 - second ** self.steps) ** 0.5
        by = -rate * scale / (1 - first ** self.steps)
        self.values.addcdiv_(self.first, self.second.sqrt().add_(TINY * scale), value=by)
        self.values[:self.latent].clamp_(-1, 1)

    def signs(self):
        """Signs of the latent weights, bool [latent]."""
        return self.values[:self.latent] >= 0

    def round(self):
        """Moments to 16 bits. The run goes on with them, so that a checkpoint made now can be small and yet exact."""
        for moment in (self.first, self.second):
            moment.copy_(moment.bfloat16())

    def state(self):
        """Moments in 16 bits where that loses nothing."""
        moments = [moment.bfloat16() for moment in (self.first, self.second)]
        if not all(torch.equal(kept, moment) for kept, moment in zip(moments, (self.first, self.second))):
            moments = [self.first.clone(), self.second.clone()]
        return {'values': self.values.clone(), 'moments': moments, 'steps': self.steps}

    def load(self, state):
        self.values.copy_(state['values'])
        for moment, kept in zip((self.first, self.second), state['moments']):
            moment.copy_(kept)
        self.steps = state['steps']
