# SPDX-License-Identifier: Apache-2.0
"""Images moved about, so that a network sees each one differently in every epoch."""
import math

import numpy as np
import torch
import torch.nn.functional as F


class Crops:
    """Random crops out of images with a mirrored margin, and flips: a coin in the first epoch, then in turn."""

    def __init__(self, images, seed, margin=4):
        rim = ((0, 0), (margin, margin), (margin, margin), (0, 0))
        padded = np.pad(images.pixels.cpu().numpy(), rim, mode='reflect')
        self.padded = torch.from_numpy(padded).to(images.pixels.device)
        self.margin, self.size = margin, images.pixels.shape[1:3]
        self.coin = np.random.default_rng(seed).integers(0, 2, len(images), dtype=np.int64)

    def __call__(self, index, epoch, random):
        """Pixels uint8 [n, h, w, channels] of the images `index`."""
        height, width = self.size
        y, x = random.integers(0, 2 * self.margin + 1, (2, len(index), 1))
        columns = np.arange(width)
        columns = np.where(((self.coin[index] + epoch) % 2 == 1)[:, None], columns[::-1], columns)
        places = (index[:, None, None], (y + np.arange(height))[:, :, None], (x + columns)[:, None, :])
        return self.padded[tuple(torch.from_numpy(place).to(self.padded.device) for place in places)]


class Warps:
    """Digits turned, sheared, scaled and shifted at random on black, never flipped."""
    TURN, SHEAR, SCALE, SHIFT = math.radians(12), 0.15, 0.12, 2.5  # largest; the shift in pixels

    def __init__(self, images, seed):
        self.pixels = images.pixels

    def __call__(self, index, epoch, random):
        """Pixels uint8 [n, h, w, channels] of the images `index`."""
        n = len(index)
        x = self.pixels[torch.from_numpy(index).to(self.pixels.device)].permute(0, 3, 1, 2).float()
        turn, shear, tall, wide, down, right = random.uniform(-1, 1, (6, n))
        c, s = np.cos(turn * self.TURN), np.sin(turn * self.TURN)
        shear, tall, wide = shear * self.SHEAR, 1 + tall * self.SCALE, 1 + wide * self.SCALE
        height, width = x.shape[2:]
        maps = np.array([[c * wide, (shear - s) * tall, 2 * right * self.SHIFT / width],
                         [s * wide, c * tall, 2 * down * self.SHIFT / height]]).transpose(2, 0, 1)
        grid = F.affine_grid(torch.from_numpy(maps).float().to(x.device), x.shape, align_corners=False)
        moved = F.grid_sample(x, grid, align_corners=False)
        return moved.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)


def shrunk(pixels, side):
    """Pixels uint8 [n, h, w, channels] as [n, side, side, channels]: cheap images for the beginning of a run."""
    if pixels.shape[1] == side:
        return pixels
    planes = pixels.permute(0, 3, 1, 2).float()
    small = F.interpolate(planes, size=side, mode='bilinear', antialias=True, align_corners=False)
    return small.round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
