#!/bin/sh
# Runs once, when the database's volume is new: the farm platform keeps its own database.
set -eu
createdb --username "$POSTGRES_USER" --owner "$POSTGRES_USER" farm
