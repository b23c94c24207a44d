# SPDX-License-Identifier: Apache-2.0
"""
Trains TB-DNN on CIFAR-10 and exports the integer network's tensors.

    python3 networks/train/tb_dnn.py --data DIR --out FILE --epochs N [--resume CHECKPOINT | --start EXPORTED]

README.md beside this file says what the recipe is, what it leaves out of [TB-DNN]'s (docs/papers.md), and how far it got.
"""
import argparse
import csv
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F

import start
import tensor_file
from cifar10 import SIDE, TEST, TRAINING, Augmented, centred, read
from integer import IntegerNet, tensors_of
from model import EPSILON, TbDnn

WARM_UP = 0.15
LABEL_SMOOTHING = 0.1
# (share of the epochs, side of the images): small images are cheap, and the network ends in a global average.
SIZES = ((0.6, 16), (0.9, 24), (1.0, SIDE))
CALIBRATION = 5_000  # images behind the batch norms' final statistics
FORMAT_IMAGES = 2_000  # of those, behind the residual stream's format
WIDTHS, WHOLE = range(4, 13), (3, 4)  # widths that are tried, and how many of their bits lie above the point, the sign among them
FORMAT_LOSS = 0.005  # of accuracy on those images: a binary network turns one class in ten at any rounding, so that classes say nothing
PATIENCE = timedelta(days=1)  # with a worker that other work on the machine holds up
COLUMNS = ('epoch', 'epochs', 'size', 'rate', 'loss', 'train_accuracy', 'test_accuracy', 'seconds', 'core_seconds')


def image_size(epoch, options):
    """Side of the images; a network that was trained before has seen the small ones."""
    return SIDE if options.start else next(size for share, size in SIZES if epoch + 1 <= share * options.epochs)


def rate(position, peak):
    """One cycle: up to the peak in the warm-up, then down to 0 on a straight line. `position` runs from 0 to 1."""
    return peak * min(position / WARM_UP, (1 - position) / (1 - WARM_UP))


def resized(images, size):
    if size == SIDE:
        return images
    return F.interpolate(images, size=size, mode='bilinear', antialias=True, align_corners=False)


@torch.no_grad()
def classes(net, pixels, size, device, batch=100):
    """Class of every image, resized to size x size: the first of the greatest scores."""
    batches = (centred(pixels[start:start + batch]) for start in range(0, len(pixels), batch))
    return torch.cat([net(resized(images, size).to(device)).argmax(1).cpu() for images in batches])


def accuracy(net, pixels, labels, size, device):
    """Share of right classes."""
    return (classes(net, pixels, size, device) == labels).double().mean().item()


def share_gradients(net):
    """The mean over the workers, in one exchange."""
    if dist.get_world_size() == 1:
        return
    flat = torch.cat([p.grad.reshape(-1) for p in net.parameters()])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for p, mean in zip(net.parameters(), flat.split([p.numel() for p in net.parameters()])):
        p.grad.copy_(mean.view_as(p))


def train_epoch(net, optimiser, data, epoch, options, device):
    """One pass over the training set: (mean loss, share of right classes). Both on this worker's augmented images."""
    net.train()
    size = image_size(epoch, options)
    steps = len(data.labels) // options.batch
    mine = slice(dist.get_rank(), None, dist.get_world_size())
    total = right = seen = 0
    for step, (images, labels) in enumerate(data.batches(epoch, options.batch, mine)):
        optimiser.param_groups[0]['lr'] = rate((epoch + step / steps) / options.epochs, options.rate)
        images, labels = resized(images.to(device), size), labels.to(device)
        scores = net(images)
        loss = F.cross_entropy(scores, labels, label_smoothing=LABEL_SMOOTHING)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        share_gradients(net)
        optimiser.step()
        net.clip()
        total += loss.item()
        right += (scores.argmax(1) == labels).sum().item()
        seen += len(labels)
    net.eval()
    return total / steps, right / seen


@torch.no_grad()
def recalibrate(net, pixels, device, batch=250):
    """Statistics of the batch norms with the weights as they ended up, sums exact: averages over plain images."""
    net.train().convolve_in(torch.float32)
    norms = [module for module in net.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    for start in range(0, len(pixels), batch):
        net(centred(pixels[start:start + batch]).to(device))
    net.eval()


def append(path, row):
    fresh = not path.exists()
    with path.open('a', newline='') as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator='\n')
        if fresh:
            writer.writeheader()
        writer.writerow(row)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument('--data', required=True, help='folder of data_batch_1..5.bin and test_batch.bin')
    parser.add_argument('--out', required=True, type=Path, help='safetensors file to write; .csv and .ckpt lie beside it')
    parser.add_argument('--epochs', type=int, default=16)
    parser.add_argument('--batch', type=int, default=128, help='images a step, of all workers')
    parser.add_argument('--workers', type=int, default=1, help='processes that share each batch; 1 on a GPU')
    parser.add_argument('--threads', type=int, default=1, help='CPU threads of a worker')
    parser.add_argument('--rate', type=float, default=3e-3, help="peak of Adam's learning rate")
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--bits', type=int, help='width of the residual stream in the integer network; both by calibration unless given')
    parser.add_argument('--fraction', type=int, help='its binary places')
    parser.add_argument('--resume', type=Path, help='checkpoint to go on from')
    parser.add_argument('--start', type=Path, help='exported tensors to go on from where no checkpoint is left; all epochs at full size')
    options = parser.parse_args()
    if (options.bits is None) != (options.fraction is None):
        parser.error('--bits and --fraction go together')
    missing = [name for name in (*TRAINING, *TEST) if not (Path(options.data) / name).is_file()]
    if missing:
        parser.error(f'--data {options.data} lacks {", ".join(missing)} of the binary version of CIFAR-10')
    return options


def stream_format(net, pixels, labels, device):
    """The narrowest residual stream (bits, binary places) whose integer network is about as often right on training images as the real one."""
    wanted = accuracy(net, pixels, labels, SIDE, device) - FORMAT_LOSS
    for bits in WIDTHS:
        for fraction in (bits - whole for whole in WHOLE):
            found = accuracy(IntegerNet(tensors_of(net, bits, fraction), bits, fraction, device), pixels, labels, SIDE, device)
            print(f'residual stream of {bits} bits, {fraction} binary places: right on {found:.2%} of {len(labels)} training images, wanted {wanted:.2%}', flush=True)
            if found >= wanted:
                return bits, fraction
    return bits, fraction


def export(net, calibration, test, options, epoch, device):
    """Writes the integer network's tensors and says how often it is right, beside the network in floating point."""
    pixels, labels = test
    recalibrate(net, calibration[0], device)
    bits, fraction = (options.bits, options.fraction) if options.bits else stream_format(net, *(part[:FORMAT_IMAGES] for part in calibration), device)
    real = classes(net, pixels, SIDE, device)
    tensors = tensors_of(net, bits, fraction)
    whole = classes(IntegerNet(tensors, bits, fraction, device), pixels, SIDE, device)
    right = [(found == labels).sum().item() for found in (real, whole)]
    tensor_file.write(options.out, tensors, {
        'source': 'trained', 'network': 'tb_dnn', 'data': 'CIFAR-10', 'epochs': str(epoch), **({'started': options.start.name} if options.start else {}), 'seed': str(options.seed),
        'epsilon': str(EPSILON), 'affine.format': f'{-2 ** (bits - 1)}..{2 ** (bits - 1) - 1}, {fraction} binary places',
        'test_images': str(len(labels)), 'test_right': str(right[1])})
    print(f'{options.out}: of {len(labels)} test images the binarised network with a real residual stream is right on {right[0]}, '
          f'the integer network on {right[1]}; they agree on {(real == whole).sum().item()}')


def work(rank, options, rendezvous):
    """One worker: all hold the same network, each takes its share of every batch; the first one reports and exports."""
    torch.set_num_threads(options.threads)
    dist.init_process_group('gloo', init_method=f'file://{rendezvous}', rank=rank, world_size=options.workers, timeout=PATIENCE)
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    torch.manual_seed(options.seed)
    net = TbDnn().to(device, memory_format=torch.channels_last).convolve_in(torch.bfloat16)
    optimiser = torch.optim.Adam(net.parameters(), lr=options.rate)
    pixels, labels = read(options.data, TRAINING)
    done = 0
    if options.resume:
        saved = torch.load(options.resume, map_location=device)
        net.load_state_dict(saved['net'])
        optimiser.load_state_dict(saved['optimiser'])
        done = saved['epoch']
    elif options.start:
        start.load(net.cpu(), options.start, pixels[:FORMAT_IMAGES], labels[:FORMAT_IMAGES], options.seed)
        net.to(device)
    test = read(options.data, TEST)
    data = Augmented(pixels, labels, options.seed)
    for epoch in range(done, options.epochs):
        size, wall, core = image_size(epoch, options), time.time(), time.process_time()
        loss, trained = train_epoch(net, optimiser, data, epoch, options, device)
        if rank > 0:
            continue
        seconds, core = time.time() - wall, (time.process_time() - core) * options.workers
        torch.save({'net': net.state_dict(), 'optimiser': optimiser.state_dict(), 'epoch': epoch + 1},
                   options.out.with_suffix('.ckpt'))
        row = dict(zip(COLUMNS, (
            epoch + 1, options.epochs, size, f"{optimiser.param_groups[0]['lr']:.2e}", f'{loss:.4f}', f'{trained:.4f}',
            f'{accuracy(net, *test, size, device):.4f}', round(seconds), round(core))))
        append(options.out.with_suffix('.csv'), row)
        print(*(f'{name} {value}' for name, value in row.items()), sep='  ', flush=True)
    if rank == 0:
        export(net, (pixels[:CALIBRATION], labels[:CALIBRATION]), test, options, max(done, options.epochs), device)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(work, (options, Path(folder) / 'rendezvous'), options.workers)


if __name__ == '__main__':
    main()
