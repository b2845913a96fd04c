#!/bin/sh
# Prints the path of a Python that can make the project's environment, or one sentence that says what to do.
# In shell, because the machine may have no Python at all, or one too old to read our code.
#
#   PYTHON=/path/to/python   use this one and no other
#   VENV=.venv               an environment made earlier is asked first: it answers fastest

supported="3.13 3.12 3.11"

fail() {
    echo "$1" >&2
    exit 2
}

version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null </dev/null
}

is_supported() {
    case " $supported " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1 </dev/null
}

if [ -n "$PYTHON" ]; then
    version=$(version_of "$PYTHON") || fail "PYTHON=$PYTHON cannot be started: give the path of a Python 3.11, 3.12 or 3.13."
    is_supported "$version" || fail "PYTHON=$PYTHON is Python $version, but the app needs Python 3.11, 3.12 or 3.13: give the path of one of these."
    can_make_environments "$PYTHON" || fail "PYTHON=$PYTHON lacks the module venv: install it (on Debian and Ubuntu: sudo apt install python$version-venv), then try again."
    command -v "$PYTHON"
    exit
fi

found=
without_venv=
for candidate in "${VENV:-.venv}/bin/python" python3 $(printf 'python%s ' $supported); do
    version=$(version_of "$candidate") || continue
    case "$found" in *"$version"*) ;; *) found="$found${found:+, }$version" ;; esac
    is_supported "$version" || continue
    if can_make_environments "$candidate"; then
        command -v "$candidate"
        exit
    fi
    without_venv=$version
done

if [ -n "$without_venv" ]; then
    fail "Python $without_venv is here but lacks the module venv: install it (on Debian and Ubuntu: sudo apt install python$without_venv-venv), then try again."
fi
fail "The app needs Python 3.11, 3.12 or 3.13, and this machine has ${found:-none}: install one from python.org or with your package manager, then try again, or name one with PYTHON=/path/to/python."
