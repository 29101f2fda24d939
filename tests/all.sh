#!/bin/sh
# All tests: those that need no telephone, those on a real Asterisk, and at the end those that load the machine, alone.
pytest="${BIN:-.venv/bin}/pytest -q"
failed=0
$pytest -n 2 -m "not live" || failed=1
$pytest -n 2 --dist loadfile -m "live and not alone" || failed=1
$pytest -m alone || failed=1
exit $failed
