#!/bin/sh
# Installs the Debian/Ubuntu packages that are missing: those named, or else those that the tests need. As root it installs them;
# for anybody else it names the one line to run, and fails.
set -eu

missing=""
need() { # command, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

if [ $# -gt 0 ]; then
    missing=" $*"
else
    need sipp sip-tester
    command -v chromium >/dev/null 2>&1 || need chromium-browser chromium
    [ -n "$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)$(find /usr/share/fonts -iname '*wqy*' -print -quit 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
    [ -n "$(command -v initdb || find /usr/lib/postgresql -name initdb -print -quit 2>/dev/null)" ] || missing="$missing postgresql"
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    echo "installing:$missing"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "Please run once:  sudo apt-get install -y$missing" >&2
    exit 1
fi
