#!/bin/sh
# All tests. Those on a real Asterisk mostly wait: beside them the others run at a lower priority, and what they say is told afterwards.
# What loads the machine, or listens closely, runs alone at the end.
pytest="${BIN:-.venv/bin}/pytest -q"
said=$(mktemp)
trap 'rm -f "$said"; [ -z "$others" ] || kill "$others" 2>/dev/null' EXIT
trap 'exit 130' INT TERM

nice -n 10 $pytest -n 2 -m "not live" >"$said" 2>&1 &
others=$!
failed=0
$pytest -n 3 --dist loadfile -m "live and not alone" || failed=1
wait "$others" || failed=1
others=
cat "$said"
$pytest -m alone || failed=1
exit $failed
