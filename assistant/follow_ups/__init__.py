"""What a question leans on: the turns before it, and the moves that follow from them.

``conversation_state`` remembers, ``rewording`` puts a turn plainly, ``conversation`` tries the
moves in order: ``beside`` (the table: roles and passages), ``odd_one`` (out), ``replies`` (at
once), ``pointing`` (at one agreement), ``inside`` (what it says), ``limits``, ``refining`` and
``sharing`` (which are meant), ``regrouping`` (counted or ordered again).
"""
