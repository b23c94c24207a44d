# SPDX-License-Identifier: Apache-2.0
"""
Scores of networks/train/teacher.py beside those of PyTorch's own modules: a ResNet-14 of random numbers, ten images.

    python3 test/trainer/teacher.py FOLDER     # prints the largest difference, and how far scores of a class lie apart
"""
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'networks' / 'train'))

import teacher  # noqa: E402


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.stride, self.more = stride, (filters - channels) // 2

    def forward(self, x):
        v = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more, self.more))
        return F.relu(v + x)


class ResNet(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        width = 16
        for stage in (1, 2, 3):
            out = 16 * 2 ** (stage - 1)
            parts = [Block(width if k == 0 else out, out, 2 if k == 0 and stage > 1 else 1) for k in range(blocks)]
            setattr(self, f'layer{stage}', nn.Sequential(*parts))
            width = out
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


def main(folder):
    torch.manual_seed(1)
    net = ResNet(2).eval()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight.data, module.running_var, module.bias.data, module.running_mean):
                values.uniform_(0.5, 1.5)
    torch.save({'state_dict': {f'module.{name}': value for name, value in net.state_dict().items()}}, folder / 'net.th')
    random = np.random.default_rng(1)
    for k in range(1, 6):
        records = random.integers(0, 256, (2, 3073), dtype=np.uint8)
        records[:, 0] = k
        records.tofile(folder / f'data_batch_{k}.bin')
    teacher.main(['--data', str(folder), '--out', str(folder / 'soft.npy'), str(folder / 'net.th')])
    found = np.load(folder / 'soft.npy').astype(np.float32)
    planes = np.concatenate([np.fromfile(folder / f'data_batch_{k}.bin', np.uint8).reshape(2, -1) for k in range(1, 6)])
    x = torch.from_numpy(planes[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32)) / 255
    x = (x - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    with torch.no_grad():
        wanted = ((net(x) + net(x.flip(3))) / 2).numpy()
    print(np.abs(found - wanted).max(), np.ptp(wanted, 0).min(), found.shape == wanted.shape)


if __name__ == '__main__':
    main(Path(sys.argv[1]))
