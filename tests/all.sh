#!/bin/sh
# All tests: those that need no telephone, those on a real Asterisk, and at the end those that load the machine, alone.
# Sound takes its time whatever the machine does: of those on an Asterisk, four wait beside each other. What fails there for want of a core
# is seen by name, and has to pass when nothing else runs.
pytest="${BIN:-.venv/bin}/pytest -q"
live=$(grep -rl --include='test_*.py' 'mark\.live' tests)
failed=0
$pytest -n 2 -m "not live" || failed=1
$pytest -n 4 --dist loadfile --no-loadscope-reorder -m "live and not alone" $live ||
	$pytest --last-failed --last-failed-no-failures none -m "live and not alone" $live || failed=1
$pytest -m alone $live || failed=1
exit $failed
