"""Sets of a partnership's own figures: uploaded, kept apart, laid over published ones on request.

Flow: a file -> figures.pages -> figures.models; a request -> figures.middleware -> figures.use ->
`web.library` answers with the overlaid book -> web.pages, web.jobs
``figures=ID`` in an address says which set a page was made with; only members of its partnership
may see it. A set that is turned on stands in the session, and the middleware writes it into the
address of every page, so that an address always reproduces what was seen. ``figures=published``
asks for published figures whatever is turned on.
"""
