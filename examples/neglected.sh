#!/bin/sh
# The ten clients waiting longest for a contact, one line each, by a jq pipeline.
set -eu
kam client list --sort next_due_on --json |
    jq -r --arg today "$(date +%F)" '[.[] | select(.next_due_on != null and .next_due_on <= $today)][:10][] | "\(.next_due_on)\t\(.name)"'
