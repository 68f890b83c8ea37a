"""The pages, one module a noun: a typed query, a page function, and its ROUTES.

Flow: web.query, the library -> THIS -> web.page
"""
