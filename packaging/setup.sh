#!/bin/sh
# Makes everything that a make target needs: system libraries (Debian and its relatives) and the environment .venv.
#
#     packaging/setup.sh run|test|check
#
# As root, missing packages are installed with apt-get; otherwise the line to type is printed. A second run changes
# nothing and says nothing. PYTHON names the interpreter to use (3.11 or newer).
set -eu
cd "$(dirname "$0")/.."
mode=${1:?usage: packaging/setup.sh run|test|check}

# Found by starting the program in a bare Debian 12: each name closes a library that Qt did not find.
# Two names are the same library in releases before and after the 64-bit time_t change.
libraries="libglib2.0-0|libglib2.0-0t64 libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3
    libnss3 libasound2|libasound2t64 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libxkbfile1
    libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libwayland-cursor0"
fonts="fonts-inter fonts-noto-cjk"
# What tests hear the window with, as a screen reader does: tests/states/atspi.py is run by the system's own Python.
listener="at-spi2-core gir1.2-atspi-2.0 python3-gi dbus-daemon|dbus"

say() { printf '%s\n' "$*" >&2; }

# ------------------------------------------------------------------------------------------------- packages

installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

missing_packages() { # missing_packages NAME[|NAME] ...: prints what is not installed
    for choice in "$@"; do
        found=
        for name in $(printf '%s' "$choice" | tr '|' ' '); do
            if installed "$name"; then found=yes; fi
        done
        if [ -z "$found" ]; then printf '%s\n' "$choice"; fi
    done
}

known_names() { # of the alternatives, the last one that this release really has
    for choice in "$@"; do
        pick=
        for name in $(printf '%s' "$choice" | tr '|' ' '); do
            if [ -z "$pick" ] || apt-cache show "$name" 2>/dev/null | grep -q "^Package: $name\$"; then pick=$name; fi
        done
        printf '%s ' "$pick"
    done
}

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
}

# The environment that is there already is good enough, whatever became of the interpreter's venv module.
venv_works() { [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null; }

wanted_packages() {
    case $mode in
        run) printf '%s ' "$libraries" "$fonts" ;;
        test) printf '%s ' "$libraries" "$fonts" xvfb xauth $listener ;;
        check) printf '%s ' desktop-file-utils appstream ;;
        *) say "usage: packaging/setup.sh run|test|check" ;;
    esac
    if ! venv_works && [ -z "$(find_python)" ]; then printf '%s ' python3 python3-venv; fi
}

advice=
if command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    # shellcheck disable=SC2046  # words are meant
    missing=$(missing_packages $(wanted_packages))
    if [ -n "$missing" ]; then
        if [ "$(id -u)" -eq 0 ]; then
            say "Installing system packages that are missing (once)."
            apt-get update -q >&2 || say "The package lists could not be refreshed; trying with the old ones."
            # shellcheck disable=SC2046,SC2086
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $(known_names $missing) >&2 ||
                advice="apt-get install --no-install-recommends $(known_names $missing)"
        else
            # shellcheck disable=SC2086
            advice="sudo apt-get install --no-install-recommends $(known_names $missing)"
        fi
    fi
fi

stop() {
    say "$1"
    if [ -n "$advice" ]; then
        say "Install what is missing with:"
        say "    $advice"
    fi
    exit 1
}

# ---------------------------------------------------------------------------------------------- environment

if ! venv_works; then
    python=$(find_python)
    if [ -z "$python" ]; then stop "Inkstone needs Python 3.11 or newer with its venv module."; fi
    rm -rf .venv
    "$python" -m venv .venv
fi

has() { [ "$(cat ".venv/$1.installed" 2>/dev/null)" = "$(cksum <"$1")" ]; }

install() { # install LOCK
    say "Installing what $1 lists into .venv (once)."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1" >&2 ||
        stop "The Python packages could not be installed."
    cksum <"$1" >".venv/$1.installed"
}

if [ "$mode" = run ]; then
    # The developers' lock holds everything that the program's lock holds.
    if ! has requirements.lock && ! has requirements-dev.lock; then install requirements.lock; fi
else
    if ! has requirements-dev.lock; then install requirements-dev.lock; fi
fi

# ------------------------------------------------------------------------------------------------ does it start

if [ -n "$advice" ]; then
    if [ "$mode" != check ] && ! .venv/bin/python -c 'from PySide6 import QtWebEngineCore, QtWidgets' 2>/dev/null; then
        stop "Qt does not start: system libraries are missing."
    fi
    if [ "$mode" = run ] && [ -n "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
        xcb=$(find .venv/lib -name libqxcb.so | head -n 1)
        if ldd "$xcb" | grep -q 'not found'; then
            stop "Qt cannot open a window: libraries for X11 are missing."
        fi
    fi
    say "Some recommended system packages are not installed. To get them:"
    say "    $advice"
fi
