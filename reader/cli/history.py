"""The history on the command line: what can be taken back, and taking it back."""

from __future__ import annotations

from argparse import Namespace

from reader.cli.output import print_json, say, shown
from reader.errors import Usage
from reader.library import Library
from reader.model import Gesture

DONE = 0

_SAID = {
    "read": "marked as read",
    "unread": "marked as unread",
    "read-all": "marked as read",
    "bookmark": "bookmarked",
    "unbookmark": "bookmark removed",
    "remove": "removed",
    "remove-source": "removed with their source",
    "retention": "removed by age or number",
}


def listed(library: Library, options: Namespace) -> int:
    found = library.history()
    if options.json:
        print_json([_to_json(each) for each in found])
        return DONE
    for each in found:
        what = shown(each.what or each.view)
        when = f"{each.time.astimezone():%Y-%m-%d %H:%M}"
        say(f"{each.key:>8}  {when}  {each.count:>6} {_SAID[each.kind]}{f': {what}' if what else ''}")
    return DONE


def _to_json(gesture: Gesture) -> dict[str, object]:
    return {
        "number": gesture.key,
        "time": gesture.time.isoformat(),
        "kind": gesture.kind,
        "count": gesture.count,
        "what": shown(gesture.what),
        "view": gesture.view,
    }


def undo(library: Library, options: Namespace) -> int:
    if options.number is None:
        kind = library.undo()
        done, what = kind is not None, _SAID[kind] if kind else ""
    else:
        count = library.undo_gesture(options.number)
        done, what = count > 0, f"{count} restored"
    if not done:
        raise Usage(detail="there is nothing to undo")
    if options.json:
        print_json({"undone": what})
    else:
        say(f"undone: {what}")
    return DONE
