"""`kam export`: what the book holds, as files; one file a format, found by its name, and one verb a noun.

A format is a file here with a ``@verb()`` function of the file's name. It gives its text in parts and leaves the rest,
stdout or a file of the owner's own, to `kam_cli.exports._target`.
"""
