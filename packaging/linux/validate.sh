#!/bin/sh
# Validates the desktop entry and the AppStream data. A validator that is not installed is named, not counted as a fault.
set -eu
cd "$(dirname "$0")"
status=0

if command -v desktop-file-validate >/dev/null; then
    for file in *.desktop; do
        desktop-file-validate "$file" || status=1
    done
else
    echo "not checked: the desktop entry (desktop-file-utils is not installed)" >&2
fi

if command -v appstreamcli >/dev/null; then
    appstreamcli validate --no-net ./*.metainfo.xml || status=1
else
    echo "not checked: the AppStream data (appstream is not installed)" >&2
fi
exit "$status"
