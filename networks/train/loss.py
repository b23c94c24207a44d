# SPDX-License-Identifier: Apache-2.0
"""What is minimised: cross entropy with the labels and, where there is a teacher, with its scores."""
import torch.nn.functional as F


def standard(scores):
    """Mean 0 and deviation 1 in every image [n, classes]: a small network need not learn how sure a large one is."""
    apart = scores - scores.mean(1, keepdim=True)
    return apart / (apart.square().mean(1, keepdim=True).sqrt() + 1e-6)


def distilled(scores, labels, soft, weight, temperature):
    """
    Mean loss of scores [n, classes], labels [n]. `soft`, a teacher's scores [n, classes] or None: both are
    standardised, and their difference at the temperature (Hinton et al. 2015) weighs `weight`.
    """
    hard = F.cross_entropy(scores, labels)
    if soft is None:
        return hard
    ours, wanted = (standard(s) / temperature for s in (scores, soft))
    apart = F.kl_div(F.log_softmax(ours, 1), F.softmax(wanted, 1), reduction='batchmean') * temperature ** 2
    return hard + weight * apart
