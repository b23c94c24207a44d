# SPDX-License-Identifier: Apache-2.0
"""Learning rate and image side as functions of the images seen."""
import re


def rate(seen, options, begun=0):
    """
    Rises over `rise` images after `begun`, where the moments began, stays, and falls to 0 over the last `fall` of
    `images`: while it stays, the end need not be known.
    """
    rising = (seen - begun + options.batch) / max(options.rise, 1)
    return options.rate * max(0.0, min(1.0, rising, (options.images - seen) / max(options.fall, 1)))


def sides(text):
    """'16:1000000,24:1500000,32' as [(16, 1000000), (24, 1500000), (32, inf)]: sides, and the images that end them."""
    parts = re.findall(r'(\d+)(?::(\d+))?(?:,|$)', text)
    return [(int(side), float(end or 'inf')) for side, end in parts]


def side(seen, steps):
    """Side of the images at `seen` of what `sides` returns."""
    return next(side for side, end in steps if seen < end)
