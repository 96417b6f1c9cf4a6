#!/bin/sh
# Brings the translations up to date: new words of the source go into the .ts files, which are edited by hand (or in
# pyside6-linguist); the .qm files, which the program reads, are made from them. Both are committed.
#
#     packaging/i18n.sh [FOLDER]
#
# FOLDER holds the .ts files (resources/i18n). BIN names the folder of PySide6's tools.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-resources/i18n}
bin=${BIN:-.venv/bin}

# tr and _tr outside of a class, and T in reader/sentences.py, are other names of what lupdate knows.
"$bin/pyside6-lupdate" -silent -extensions py -locations none -no-obsolete \
    -tr-function-alias 'tr+=_tr,QT_TRANSLATE_NOOP+=T' reader -ts "$folder"/*.ts
for ts in "$folder"/*.ts; do
    # Every comment before a string ("#:") lands here, whatever it is about.
    sed -e '/<extracomment>.*<\/extracomment>/d' -e '/<extracomment>/,/<\/extracomment>/d' "$ts" >"$ts.new"
    mv "$ts.new" "$ts"
done
"$bin/pyside6-lrelease" "$folder"/*.ts
