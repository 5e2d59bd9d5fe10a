"""Addresses as the county writes them (blocks of a hundred, intersections, named places), with their positions."""

import math
import random
from collections import Counter, defaultdict

from county.tables import Position
from sample.records import Record
from sample.tables import Stretch, Tables

# Decimals of latitude and longitude, of a block and of any other address (as in the county's rows).
BLOCK_DECIMALS = (5, 4)
OTHER_DECIMALS = (8, 8)

MOST_BLOCK_INCIDENTS = 8  # of a street that was not published: those that were have ten or more
BLOCKS_OF_SMALL_STREET = 10
BLOCK_SHARE = 0.76  # of the incidents that lie on no published street
BLOCK_SHARE_OF_TRAFFIC = 0.35
TRAFFIC_TYPES = ("TRAFFIC", "PEDESTRIAN", "DRIVING", "TS")
MAIN_STREET_SHARE = 0.5  # of the intersections of an area that a published street runs through
NAMED_PLACE_SHARE = 0.2  # of the addresses that are no block, in an area with a named place


def give_addresses(tables: Tables, records: list[Record], rng: random.Random) -> None:
    """Set address, position and police reporting area."""
    addresses = _Addresses(tables, rng)
    # Incidents whose blocks matter choose theirs first.
    for record in sorted(records, key=lambda record: record.shares_block is None):
        # Drawn for every record, so that a change of one figure leaves the later draws as they are.
        drawn = rng.choice(record.area.pras)
        record.pra = record.pra or drawn
        addresses.give(record)


class _Addresses:
    """The addresses given so far, since a block can be taken and a street can be full."""

    def __init__(self, tables: Tables, rng: random.Random) -> None:
        self.rng = rng
        self.street_incidents = Counter[str]()
        self.main_streets: dict[tuple[str, str], set[str]] = defaultdict(set)  # by city and sector
        for stretch in tables.stretches:
            self.street_incidents[stretch.street] += sum(part.incidents for part in stretch.incidents)
            self.main_streets[stretch.city, stretch.sector].add(stretch.street)
        self.taken_blocks: dict[tuple[str, str], set[int]] = defaultdict(set)  # by street and initial type

    def give(self, record: Record) -> None:
        if record.stretch is not None:
            self._on_stretch(record, record.stretch)
            return
        quiet = [street for street in record.area.streets if self.street_incidents[street] < MOST_BLOCK_INCIDENTS]
        share = BLOCK_SHARE_OF_TRAFFIC if record.initial_type.startswith(TRAFFIC_TYPES) else BLOCK_SHARE
        if quiet and (record.is_telephone_report or self.rng.random() < share):
            self._on_small_street(record, quiet)
        else:
            self._at_no_block(record)

    def _on_stretch(self, record: Record, stretch: Stretch) -> None:
        """Choose a block of the stretch: that of the others of its type, or none of theirs, if that matters."""
        taken = self.taken_blocks[stretch.street, record.initial_type]
        blocks = stretch.blocks.numbers
        if record.shares_block and taken:
            choices = sorted(taken)
        elif record.shares_block:
            choices = blocks
        else:
            choices = [block for block in blocks if block not in taken] or blocks
        block = self.rng.choice(choices)
        taken.add(block)
        record.address = _block_address(block, stretch.street)
        record.position = stretch.blocks.position(block)
        record.decimals = BLOCK_DECIMALS

    def _on_small_street(self, record: Record, streets: list[str]) -> None:
        """Choose a block on one straight line for the street, near the middle of the area."""
        street = self.rng.choice(streets)
        self.street_incidents[street] += 1
        line = random.Random(f"{street} {record.city} {record.area.sector}")
        angle, first_hundred = line.uniform(0, math.pi), line.randint(1, 120)
        step = self.rng.randrange(BLOCKS_OF_SMALL_STREET)
        from_middle = step - BLOCKS_OF_SMALL_STREET // 2
        north = line.uniform(-0.004, 0.004) + math.sin(angle) * from_middle * 0.0009
        east = line.uniform(-0.005, 0.005) + math.cos(angle) * from_middle * 0.0011
        record.address = _block_address(100 * (first_hundred + step), street)
        record.position = _moved(record.area.middle, north, east)
        record.decimals = BLOCK_DECIMALS

    def _at_no_block(self, record: Record) -> None:
        """Choose an intersection of the area, or its named place."""
        area = record.area
        pair = self.rng.sample(area.streets, 2)
        main = sorted(self.main_streets[area.city, area.sector])
        if main and self.rng.random() < MAIN_STREET_SHARE:
            pair[0] = self.rng.choice(main)
        record.address = " / ".join(pair)
        if area.named_place and self.rng.random() < NAMED_PLACE_SHARE:
            record.address = area.named_place
        corner = random.Random(record.address + area.sector)
        record.position = _moved(area.middle, corner.uniform(-0.005, 0.005), corner.uniform(-0.006, 0.006))
        record.decimals = OTHER_DECIMALS


def _block_address(block: int, street: str) -> str:
    return f"{block} BLK  {street}"  # the county writes two blanks


def _moved(position: Position, north: float, east: float) -> Position:
    return Position(position.latitude + north, position.longitude + east)
