"""The measure itself: a form POST that reads its session, one row, and changes it."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from chancencheck.governance.models import Body


def save(request: HttpRequest, pk: int) -> HttpResponse:
    """One SELECT, one UPDATE, in one transaction."""
    if not request.session.get("_auth_user_id"):
        return HttpResponse(status=403)
    with transaction.atomic():
        body = Body.objects.get(pk=pk)
        body.name = request.POST["name"]
        body.save(update_fields=["name"])
    return HttpResponse("saved")


urlpatterns = [path("bare/<int:pk>/", save)]
