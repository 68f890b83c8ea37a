"""A browser without a browser: asks for pages, and checks each for what all pages must have.

Flow: django.test.Client -> THIS -> tests/web
"""

from __future__ import annotations

from page_check import check_page, words_of


class Visitor:
    """Asks for pages, and checks each one."""

    def __init__(self):
        from django.test import Client

        self.client = Client(HTTP_HOST="localhost", raise_request_exception=False)

    def get(self, address, *, status=200, **headers):
        response = self.client.get(address, **headers)
        assert response.status_code == status, words_of(response)[:2000]
        if response.content and "html" in response.headers["Content-Type"] and not headers:
            check_page(response)
        return response

    def json(self, address, *, status=200):
        response = self.client.get(address, headers={"Accept": "application/json"})
        assert response.status_code == status, response.content[:2000]
        assert response.headers["Content-Type"] == "application/json"
        return response.json()

    def post(self, address, form=None, *, status=302):
        response = self.client.post(address, form or {})
        assert response.status_code == status, words_of(response)[:2000]
        return response
