"""What each control of the dashboard does: the one table that the walk goes by.

A line is a place, a kind of control, a pattern for its label, and its effect. A control that no line knows fails the
walk: add it here, with the effect an organiser expects of it. The first line that fits counts.

Places: a page's noun; `dialog`, `menu` and `popover` for what lies over it; `any`.
Effects, of which several may be given with `|` when either will do:

- `page NOUN`: that page is shown.
- `address NAME`: the control shows what was chosen, and the address says so under NAME; a default is left out there.
- `holds`: the control shows what was chosen.
- `dialog`, `menu`, `opens`: a dialog, a menu or the control's own panel is there.
- `closes`: what lay over the page, or was not saved, is gone.
- `file TABLE …`: one of these tables of the scheme is changed.
- `unsaved`: the page says that something is not saved yet, or holds what is saved.
- `told`: a sentence says why not.
- `sample`, `own`: the other scheme is shown. `signed out`: the sign-in page is.
- `download`: a file is offered. `nothing`: it only shows more of what is there.
"""

import re

TABLE = r"""
any       nav       .*                                          : page LABEL
any       button    Sign out                                    : signed out
any       button    Go to my own scheme                         : own
any       expander  .*                                          : opens
any       chart     .*                                          : nothing
any       download  .*                                          : download
menu      item      .*(Unlock|Lock|Leave|Break|Bring back).*     : file matches seats left_out tweaks rounds | told
menu      item      .*Swap .*                                   : dialog
menu      item      Discard this draft                          : dialog
menu      item      (They met|They did not meet|Go by their answers) : file matches | told
menu      item      (Letters come back|Letters arrive again)    : file people
menu      item      Erase for good…                             : dialog

overview  button    Generate round \d+                          : file rounds
overview  button    (Look over|Follow) round \d+                : page Rounds
overview  button    Find (a new match|new matches)                : page Rounds
overview  button    (See|Look at) the letters                   : page Emails
overview  button    (Add people|Upload a roster)                : page People
overview  link      (See them in People|Correct them in People) : page People
overview  choice    (Organisations|People)                      : address overview-count

rounds    select    Round                                       : address round
rounds    button    Generate round \d+                          : file rounds
rounds    button    (Publish round \d+|Put two together|Leave somebody out|Close round) : dialog
rounds    button    (Somebody withdraws or joins|Find a new match|Find new matches|Find them a match) : dialog
rounds    button    Draw again                                  : file matches seats rounds
rounds    button    Undo                                        : file matches seats rounds tweaks
rounds    button    Open round again                            : file rounds
rounds    button    (Find a match|Find matches for them)        : file matches seats | told
rounds    button    Mend .*                                     : file matches seats rounds | dialog | told
rounds    menu      .*                                          : menu
rounds    text      Find a person or organisation               : address rounds-find
rounds    choice    .* [\d,]+                                   : holds
rounds    pager     .*                                          : address rounds-page
rounds    link      (See the letters)                           : page Emails
rounds    link      (Correct them in People|See them in People|Add people first) : page People

dialog    select    .*                                          : holds
dialog    several   .*                                          : nothing
dialog    toggle    .*                                          : holds
dialog    text      .*                                          : holds
dialog    choice    .*                                          : holds
dialog    tab       .*                                          : holds
dialog    pager     .*                                          : nothing
dialog    button    Close                                       : closes
dialog    button    Swap                                        : file seats tweaks | told
dialog    button    Put together                                : file seats tweaks | told
dialog    button    Leave out of this round                     : file left_out tweaks | told
dialog    button    Discard the draft                           : file rounds
dialog    button    (Publish|Change, publish) and queue .*      : file rounds messages
dialog    button    Queue .*                                    : file messages people
dialog    button    Close round \d+                             : file rounds
dialog    button    Change the round and queue .*               : file matches seats
dialog    button    (Find a match|Find matches for them)        : file matches seats | told
dialog    button    (Add|Pause|Merge)                           : file people merges | told
dialog    button    Erase .*                                    : file people
dialog    button    Move                                        : file settings
dialog    button    (Save|Remove)                               : file answers edits | told
dialog    button    I have looked at these                      : nothing
dialog    button    Sign out everybody                          : signed out
dialog    link      Go to Settings                              : page Settings

people    choice    (Everybody|Upload a roster|Organisations|Set apart|Let people join) : address people-part
people    text      Find                                        : address people-find
people    several   Organisation                                : address people-of
people    choice    .* [\d,]+                                   : address people-status
people    pager     .*                                          : address people-page
people    grid      .*                                          : nothing
people    button    Add a person                                : dialog
people    button    (Pause…|Pause them…|Ask whether they are still in…) : dialog
people    button    (Mark as left|Bring back)                   : file people
people    menu      More                                        : menu
people    button    Save changes to .*                          : file people | told
people    button    Discard                                     : closes
people    upload    .*                                          : nothing
people    button    (Undo this import|Undo)                     : file imports people merges organisations
people    button    Merge or rename…                            : dialog
people    button    Merge                                       : file merges people
people    button    They are different                          : file asked settings merges apart told_apart
people    select    .*look like one organisation.*              : holds
people    select    (One person|The other person)               : holds
people    button    Set apart                                   : file apart | told
people    button    Allow again                                 : file apart
people    button    (Send|Leave it).*                            : file messages settings | closes
people    link      .*                                          : nothing

emails    select    Round                                       : address emails-round
emails    text      Find a person or subject                    : address emails-find
emails    choice    (All|Waiting|Going out|Sent|Kept as a file|Not delivered|In doubt|Cancelled) : address emails-state
emails    popover   .*                                          : opens
popover   button    (Remind them|Ask them|Tell them)            : file messages
popover   button    (Mail them|Cancel them|Cancel it)           : file messages
popover   button    Save                                        : file settings | closes
popover   number    Letters a minute.*                          : holds
emails    toggle    Read them first                             : holds
emails    choice    (Reminder|Feedback request|News of a round) : holds
emails    choice    (English|Welsh|Cymraeg)                     : holds
emails    button    Send a test to me                           : file messages
emails    grid      .*                                         : nothing
emails    text      (Whose letter|Addresses|Template)           : holds
emails    pager     .*                                          : nothing
emails    select    Letter                                      : holds
emails    tab       (As text|As formatted)                      : holds
emails    button    Save the wording                            : file settings | told
emails    button    Send this to me                             : file messages | told
emails    button    Back to the default                         : file settings
emails    button    Write .*                                    : file messages
emails    button    (Pause|Go on sending|Try now)               : file settings
emails    button    (Send .* again|Mark .* as sent|Try .* again|Leave .*) : file messages
emails    link      Go to (rounds|settings)                     : page .*

connections toggle  Count pairs who were introduced, too        : address connections-introduced
connections tab     .*                                          : address connections-view
connections select  From                                        : address connections-between connections-bridges
connections select  With                                        : address connections-with
connections select  Pick out                                    : address connections-focus
connections select  What if 10 more people joined from          : address connections-joins
connections select  About                                       : address connections-about
connections choice  (Organisations|People)                      : address connections-count connections-draw
connections slider  Round                                       : address connections-round
connections link    .*                                          : nothing

feedback  select    Round                                       : address feedback-round
feedback  tab       .*                                          : address feedback-view
feedback  text      Search                                      : address feedback-search
feedback  select    From                                        : address feedback-from
feedback  choice    (May be shared|Chosen for the report)       : address feedback-only
feedback  pill      .*                                          : nothing
feedback  toggle    Share in the report                         : file quotes
feedback  popover   Copy as a quote                             : opens
feedback  button    Edit or remove                              : dialog
feedback  pager     .*                                          : address feedback-texts
feedback  link      Go to round \d+                             : page Rounds
feedback  link      .*                                          : nothing

settings  text      .*                                          : unsaved
settings  select    .*                                          : unsaved
settings  toggle    .*                                          : unsaved
settings  number    .*                                          : unsaved
settings  radio     .*                                          : unsaved
settings  tab       (English|Cymraeg)                           : holds
settings  button    Save                                        : file settings | told | closes
settings  button    Discard                                     : closes
settings  button    Move…                                       : dialog
settings  button    (Drop|Undo)                                 : file settings
settings  button    (Set a password|Change password)            : told
settings  button    Sign out everybody, everywhere              : dialog
settings  button    Open the sample scheme                      : sample
settings  link      .*                                          : nothing
"""

LINES = [
    (place, kind, re.compile(pattern.strip()), [effect.strip() for effect in effects.split("|")])
    for place, kind, pattern, effects in (
        re.fullmatch(r"(\S+)\s+(\S+)\s+(.*?)\s+: (.*)", line).groups()  # type: ignore[union-attr]
        for line in TABLE.splitlines()
        if line.strip()
    )
]


def effects(place: str, kind: str, label: str) -> list[str] | None:
    """What a control may do, or None when the table does not know it."""
    for where, what, pattern, found in LINES:
        if where in (place, "any") and what == kind and pattern.fullmatch(label):
            return [effect.replace("LABEL", label) for effect in found]
    return None


# What a selector may show: its label, and the query for it in the scheme's file.
IN_THE_FILE = {
    "Round": "SELECT number FROM rounds",
    "About": "SELECT 'Round ' || number FROM rounds",
    "From": "SELECT organisation FROM people UNION SELECT organisation FROM seats",
    "With": "SELECT organisation FROM people UNION SELECT organisation FROM seats",
    "Pick out": "SELECT organisation FROM people UNION SELECT organisation FROM seats",
    "What if 10 more people joined from": "SELECT organisation FROM people",
}
