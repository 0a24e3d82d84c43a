"""The monthly form as frozen lists: what a figure is, whether its lists fit, what a revision changed, sums.

    figures      a figure is a list of lines, each with the records that show it; its number follows from it
    document     the frozen form: bytes, hash, and back
    differences  what a later revision says otherwise, by figure and line
    year         the summary of a year, put together from the forms of its months

Nobody states a number: it is the length of a list, a sum over it, or whether it has a line at all.
"""
