#!/usr/bin/env python3
"""Makes of a log of incidents the table that `errand promise backtest` reads.

    incident_lives.py LOG.csv[.gz] > lives.csv

LOG is the "Incident management process enriched event log" (Amaral, Fantinato, Peres: UCI Machine
Learning Repository, 2018), one line per update, with dates as YYYY-MM-DDTHH:MM.  Similar are incidents
of the same category and priority; the kind is the priority.  An incident is sent when it was opened and
done with its first line in the state Resolved or Closed.
"""
import csv
import gzip
import sys

PHASES = {'New': 'submitted', 'Active': 'fulfilling'}
ENDS = ('Resolved', 'Closed')


def lines_of(path):
    opened = gzip.open if path.endswith('.gz') else open
    with opened(path, 'rt', encoding='utf-8', newline='') as f:
        yield from csv.DictReader(f)


def key(text):
    return text.lower().replace(' ', '-').replace('?', 'unknown')


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    incidents = {}
    for line in lines_of(sys.argv[1]):
        incidents.setdefault(line['number'], []).append(line)
    print('number,model,kind,event,time')
    for number, lines in incidents.items():
        priority = 'p' + lines[0]['priority'][0]
        head = f"{number},{key(lines[0]['category'])}/{priority},{priority}"
        sent = min(lines[0]['opened_at'], lines[0]['sys_updated_at'])
        print(f'{head},sent,{sent}:00Z')
        before = None
        for line in lines:
            state, time = line['incident_state'], line['sys_updated_at'] + ':00Z'
            if state in ENDS:
                print(f'{head},done,{time}')
                break
            phase = PHASES.get(state, 'pending' if state.startswith('Awaiting') else 'fulfilling')
            if phase != before:
                print(f'{head},{phase},{time}')
            before = phase


if __name__ == '__main__':
    main()
