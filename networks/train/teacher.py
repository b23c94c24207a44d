# SPDX-License-Identifier: Apache-2.0
"""
A teacher's scores of CIFAR-10's training images: the mean of pretrained ResNets over the plain and mirrored image.

    python3 networks/train/teacher.py --data DIR --out soft.npy FILE.th ...

The files are `pretrained_models/*.th` of github.com/akamaster/pytorch_resnet_cifar10 (BSD 2-clause): nets of the kind
for CIFAR-10 of He et al. (2016), 16-32-64 channels, shortcuts without parameters. Their authors chose them by the test
set. Scores are float16 [n, 10] in the order of the images; `train.py --soft` takes them.
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F

import cifar10

EPSILON = 1e-5  # of the batch norms
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of the pixels 0..1 that the nets were trained on
BATCH = 125


class Teacher:
    """Scores [n, classes] of pixels uint8 [n, 32, 32, 3]; batch norms are folded into the convolutions."""

    def __init__(self, path):
        saved = torch.load(path, map_location='cpu')['state_dict']
        self.state = {name.removeprefix('module.'): value for name, value in saved.items()}
        self.stem = self.folded('conv1', 'bn1')
        firsts = [name[:-len('.conv1.weight')] for name in self.state if name.endswith('.conv1.weight')]
        # Sorted by stage and block: layer1.0, layer1.1, ..., layer3.8.
        names = sorted(firsts, key=lambda name: [int(part) for part in name.removeprefix('layer').split('.')])
        self.blocks = [(2 if name in ('layer2.0', 'layer3.0') else 1,
                        self.folded(f'{name}.conv1', f'{name}.bn1'), self.folded(f'{name}.conv2', f'{name}.bn2'))
                       for name in names]

    def folded(self, conv, norm):
        """Weights and biases of a convolution with the batch norm behind it."""
        gamma, beta, mean, variance = (self.state[f'{norm}.{key}']
                                       for key in ('weight', 'bias', 'running_mean', 'running_var'))
        slope = gamma / torch.sqrt(variance + EPSILON)
        return self.state[f'{conv}.weight'] * slope.view(-1, 1, 1, 1), beta - mean * slope

    @torch.no_grad()
    def __call__(self, pixels):
        mean, deviation = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, DEVIATION))
        x = (pixels.permute(0, 3, 1, 2).float() / 255 - mean) / deviation
        r = F.conv2d(x, *self.stem, padding=1).relu()
        for stride, first, second in self.blocks:
            v = F.conv2d(F.conv2d(r, *first, stride, 1).relu(), *second, 1, 1)
            if stride == 2:
                half = r.shape[1] // 2
                r = F.pad(r[:, :, ::2, ::2], (0, 0, 0, 0, half, half))
            r = (v + r).relu()
        return F.linear(r.mean((2, 3)), self.state['linear.weight'], self.state['linear.bias'])


def scores(teachers, pixels):
    """Mean over the teachers and both views, float32 [n, classes]."""
    def mean(part):
        return sum(teacher(view) for teacher in teachers for view in (part, part.flip(2))) / (2 * len(teachers))
    return torch.cat([mean(pixels[start:start + BATCH]) for start in range(0, len(pixels), BATCH)])


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument('--data', required=True, help='folder of data_batch_1.bin ... data_batch_5.bin')
    parser.add_argument('--out', required=True, help='file of the scores, .npy')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('nets', nargs='+', help='files of pretrained nets')
    options = parser.parse_args(words)
    torch.set_num_threads(options.threads)
    images = cifar10.training(options.data)
    found = scores([Teacher(path) for path in options.nets], images.pixels)
    right = (found.argmax(1) == images.labels).sum().item()
    np.save(options.out, found.numpy().astype(np.float16))
    print(f'{options.out}: the teacher is right on {right} of {len(images)} training images')


if __name__ == '__main__':
    main()
