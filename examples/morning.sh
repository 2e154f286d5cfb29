#!/bin/sh
# A morning briefing: what is due, who waits for a call back, and what the pipeline is worth.
# Usage: morning.sh            (KAM_DB names the book, where it is not the usual one)
set -eu
kam today
echo
echo "Critics:"
kam segment list critics --json | python3 -c '
import json, sys
for row in json.load(sys.stdin):
    print("  {name}: {nps_score}".format(**row))'
echo
kam metrics pipeline --format csv | awk -F, 'NR > 1 {sum[$5] += $4} END {for (c in sum) printf "Weighted pipeline: %.2f %s\n", sum[c], c}'
