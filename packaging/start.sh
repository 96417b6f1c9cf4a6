#!/bin/sh
# Starts Inkstone from the checkout, on a library of the checkout's own.
#
#     packaging/start.sh window          the window, showing the sample library (.library)
#     packaging/start.sh picture         out/inkstone.png: the window as a picture; needs no display
#     packaging/start.sh pictures        docs/screenshots/: every state of docs/states.md
set -eu
cd "$(dirname "$0")/.."

if [ "$1" = window ] && [ "$(uname)" = Linux ] && [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    echo "Inkstone opens a window, and there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set)." >&2
    echo "To see the window as a picture without a display, run: make screenshot" >&2
    exit 1
fi

packaging/setup.sh run

if [ "$(id -u)" -eq 0 ]; then
    echo "As user id 0 Chromium's sandbox cannot start: it is off for this run (QTWEBENGINE_DISABLE_SANDBOX=1)." >&2
    export QTWEBENGINE_DISABLE_SANDBOX=1
fi

inkstone() { .venv/bin/python -m reader "$@"; }

# The sample library as the first start offers it: its folders side by side.
add_sample() {
    for part in resources/sample/*/; do
        inkstone --library "$1" add "${part%/}" --folder "Sample library"
    done
}

case $1 in
    window)
        [ -e .library/library.sqlite3 ] || add_sample .library # once: who removed it does not want it back
        inkstone --library .library
        ;;
    picture)
        rm -rf out/library
        mkdir -p out
        add_sample out/library
        inkstone --library out/library screenshot out/inkstone.png
        ;;
    pictures)
        mkdir -p docs/screenshots
        .venv/bin/python -m tests.states docs/screenshots --page docs/states.md
        ;;
    *)
        echo "usage: packaging/start.sh window|picture|pictures" >&2
        exit 2
        ;;
esac
