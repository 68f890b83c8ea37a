"""Work that takes longer than a page may: asked for, queued, watched, cancelled, shared.

Flow: web.pages -> jobs.board (the table of jobs) -> jobs.queue -> jobs.worker -> jobs.kinds
The table is the truth. The queue only carries the numbers of jobs, and is filled again from the
table whenever a worker starts, so a killed server or worker loses nothing. To add a kind of job,
write ``perform(request, watch) -> {name: bytes}`` beside its page and name it in `jobs.kinds`.
"""
