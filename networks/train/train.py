# SPDX-License-Identifier: Apache-2.0
"""
Trains a network of networks/ in pieces: every run goes on where the last one stopped, to the bit.

    python3 networks/train/train.py NETWORK --data DIR --run FOLDER [--hold N] [--soft FILE] [--export FILE]

README.md beside this file has the command of every network, the recipe, times, and what is chosen on which images.
"""
import argparse
import csv
import signal
import time
from pathlib import Path

import numpy as np
import torch

import checkpoint
import evaluate
import schedule
import tensor_file
from adam import Adam
from augment import shrunk
from binary import convolve_in
from images import batches
from loss import distilled
from recipes import RECIPES

CALIBRATION = 5_000  # training images behind the statistics of batch norms of an integer network
SETUP = ('network', 'hold', 'seed', 'batch')  # what a run cannot change
COLUMNS = ('images', 'epoch', 'rate', 'loss', 'train_accuracy', 'flips', 'held_accuracy', 'seconds', 'core_seconds')
DTYPES = {'float32': torch.float32, 'bfloat16': torch.bfloat16}


def arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    add = parser.add_argument
    add('network', choices=RECIPES)
    add('--data', required=True, help='folder of the training images')
    add('--test', help='folder of the test images, where it is another one')
    add('--run', required=True, type=Path, help='folder of state.ckpt and log.csv: goes on from there where they exist')
    add('--start', type=Path, help='compact state (compact.py) to begin with where there is no checkpoint')
    add('--hold', type=int, default=0, help='training images held out, the last ones, to choose by')
    add('--soft', help="teacher's scores of all training images (teacher.py)")
    add('--teacher', type=float, default=30, help='weight of the scores beside the labels')
    add('--temperature', type=float, default=2, help='of the scores')
    add('--images', type=int, help='images of the whole run')
    add('--fall', type=int, help='images at its end over which the learning rate falls to 0')
    add('--rise', type=int, help='images at its beginning over which it rises')
    add('--rate', type=float, help="Adam's learning rate")
    add('--batch', type=int, default=128)
    add('--sides', help='SIDE:IMAGES,...,SIDE: sides of the images, and up to how many images each goes')
    add('--piece', type=int, default=50_000, help='images between two checkpoints')
    add('--tests', type=int, default=4, help='pieces between two counts on the images held out')
    add('--minutes', type=float, default=float('inf'), help='stops at the first checkpoint after them')
    add('--until', type=int, help='stops there, in images')
    add('--threads', type=int, default=1, help='a run is the same to the bit with as many')
    add('--arithmetic', choices=DTYPES, default='float32', help='of convolutions')
    add('--seed', type=int, default=1)
    add('--export', type=Path, help='writes the integer network there at the end')
    options = parser.parse_args(words)
    recipe = RECIPES[options.network]
    for name, value in recipe.defaults.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    if options.sides and not recipe.any_side:
        parser.error(f'--sides: {options.network} takes images of one side')
    options.sides = options.sides and schedule.sides(options.sides)
    options.until = min(options.until or options.images, options.images)
    return options


class Training:
    """A network, its optimiser and its images: `images_seen` of them so far."""

    def __init__(self, options):
        torch.set_num_threads(options.threads)
        torch.manual_seed(options.seed)
        # Sums of bits are exact in TF32.
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = True
        device = 'cuda' if torch.cuda.is_available() else 'cpu'
        self.options, self.recipe = options, RECIPES[options.network]
        self.setup = {name: getattr(options, name) for name in SETUP}
        images = self.recipe.training(options.data).to(device)
        kept = len(images) - options.hold
        if kept < options.batch:
            raise SystemExit(f'--hold {options.hold} leaves {kept} of {len(images)} training images, '
                             f'fewer than a batch of {options.batch}')
        self.images, self.held = images[:kept], images[kept:]
        self.soft = self.scores_of_teacher(len(images), device)
        self.augment = self.recipe.augment(self.images, options.seed)
        self.net = self.recipe.network().to(device, memory_format=torch.channels_last)
        self.seen = self.begun = 0
        self.checkpoint = options.run / 'state.ckpt'
        if not self.checkpoint.exists() and options.start:
            self.seen = self.begun = checkpoint.load_compact(options.start, self.net, self.setup)
        self.adam = Adam(self.net)
        if self.checkpoint.exists():
            self.seen, self.begun = checkpoint.load(self.checkpoint, self.net, self.adam, self.setup)
        convolve_in(self.net, DTYPES[options.arithmetic])

    def scores_of_teacher(self, count, device):
        """float32 [count, classes], or None."""
        if not self.options.soft:
            return None
        soft = np.load(self.options.soft)
        if len(soft) != count:
            raise SystemExit(f'{self.options.soft}: scores of {len(soft)} images, the training images are {count}')
        return torch.from_numpy(soft.astype(np.float32)).to(device)

    def step(self, index, epoch, random):
        """One batch: (loss, right answers)."""
        options, at = self.options, torch.from_numpy(index).to(self.images.labels.device)
        pixels, labels = self.augment(index, epoch, random), self.images.labels[at]
        if options.sides:
            pixels = shrunk(pixels, schedule.side(self.seen, options.sides))
        self.net.train()
        scores = self.net(self.net.inputs(pixels))
        soft = None if self.soft is None else self.soft[at]
        loss = distilled(scores, labels, soft, options.teacher, options.temperature)
        self.adam.gradients.zero_()
        loss.backward()
        self.adam.step(schedule.rate(self.seen, options, self.begun))
        self.seen += options.batch
        return loss.detach(), (scores.argmax(1) == labels).sum()

    def epochs(self):
        """Arguments of `step`, from where the run is."""
        batch = self.options.batch
        while True:
            epoch, first = divmod(self.seen // batch, len(self.images) // batch)
            for index, random in batches(len(self.images), batch, self.options.seed, epoch, first):
                yield index, epoch, random

    def save(self):
        checkpoint.save(self.checkpoint, self.net, self.adam, self.seen, self.begun, self.setup)

    def held_accuracy(self):
        """Share of the images held out on which the integer network is right now."""
        with evaluate.calibrated(self.net, self.images.pixels[:CALIBRATION]) as tensors:
            return evaluate.right(self.net, tensors, self.held) / len(self.held)

    def export(self):
        """Writes the integer network; the test images are counted here and nowhere else."""
        options = self.options
        test = self.recipe.test(options.test or options.data).to(self.images.labels.device)
        with evaluate.calibrated(self.net, self.images.pixels[:CALIBRATION]) as tensors:
            right = evaluate.right(self.net, tensors, test)
            tensor_file.write(options.export, tensors, {
                'source': 'trained', 'network': options.network.replace('-', '_'), 'data': self.recipe.data,
                'images': str(self.seen), 'held_out': str(options.hold), **self.net.metadata(),
                'test_images': str(len(test)), 'test_right': str(right)})
        print(f'{options.export}: the integer network is right on {right} of {len(test)} test images', flush=True)


class Log:
    """What happened since the last line: one line of log.csv a checkpoint."""

    def __init__(self, training):
        self.training, self.begun = training, time.time()
        self.restart()

    def restart(self):
        self.wall, self.core, self.count, self.loss, self.right = time.time(), time.process_time(), 0, 0.0, 0
        self.signs = self.training.adam.signs()

    def add(self, loss, right):
        self.count, self.loss, self.right = self.count + 1, self.loss + loss, self.right + right

    def minutes(self):
        return (time.time() - self.begun) / 60

    def write(self, held):
        t = self.training
        flips = (t.adam.signs() != self.signs).double().mean().item()
        row = dict(zip(COLUMNS, (
            t.seen, f'{t.seen / len(t.images):.2f}', f'{schedule.rate(t.seen, t.options, t.begun):.2e}',
            f'{float(self.loss) / self.count:.4f}', f'{float(self.right) / self.count / t.options.batch:.4f}',
            f'{flips:.4f}', '' if held is None else f'{held:.4f}',
            round(time.time() - self.wall), round(time.process_time() - self.core))))
        with (t.options.run / 'log.csv').open('a', newline='') as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator='\n')
            if file.tell() == 0:
                writer.writeheader()
            writer.writerow(row)
        print(*(f'{name} {value}' for name, value in row.items()), sep='  ', flush=True)
        self.restart()


def run(training, stop):
    """Trains until the end, or until `stop` has something in it; a checkpoint after every piece, and at the stop."""
    options, log, work = training.options, Log(training), training.epochs()
    while training.seen < options.until and not stop:
        log.add(*training.step(*next(work)))
        pieces = training.seen // options.piece
        full = pieces > (training.seen - options.batch) // options.piece
        if full:
            training.adam.round()
        if full or stop or training.seen >= options.until:
            training.save()
            due = full and options.hold and pieces % options.tests == 0
            log.write(training.held_accuracy() if due else None)
            if log.minutes() > options.minutes:
                return


def main(words=None):
    options = arguments(words)
    options.run.mkdir(parents=True, exist_ok=True)
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))
    training = Training(options)
    run(training, stop)
    if options.export and not stop:
        training.export()


if __name__ == '__main__':
    main()
