#!/bin/sh
# All tests: those on a real Asterisk, beside them those that need no telephone, and at the end those that load the machine, alone.
# Sound takes its time whatever the machine does: of those on an Asterisk four wait beside each other, and the others take what they leave of the
# processor. What fails there for want of a core is seen by name, and has to pass when nothing else runs.
pytest="${BIN:-.venv/bin}/pytest -q"
live=$(grep -rl --include='test_*.py' 'mark\.live' tests)
failed=0
said=$(mktemp)

nice -n 15 $pytest -o cache_dir=.pytest_cache/quick -n 2 -m "not live" >"$said" 2>&1 &
quick=$!
trap 'kill $quick 2>/dev/null; rm -f "$said"' EXIT
trap 'exit 130' INT TERM
$pytest -o cache_dir=.pytest_cache/live -n 4 --dist loadfile --no-loadscope-reorder -m "live and not alone" $live
live_failed=$?
wait $quick
quick_failed=$?
cat "$said"

again() {
	$pytest -o cache_dir=".pytest_cache/$1" --last-failed --last-failed-no-failures none
}
[ $live_failed -eq 0 ] || again live || failed=1
[ $quick_failed -eq 0 ] || again quick || failed=1
$pytest -m alone $live || failed=1
exit $failed
