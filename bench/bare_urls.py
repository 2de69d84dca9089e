"""The measures themselves: a form POST that reads its session, one row, and changes it; and a
plain form POST with one UPDATE of one counter."""

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from chancencheck.governance.models import Body
from chancencheck.surveys.models import Counter


def save(request: HttpRequest, pk: int) -> HttpResponse:
    """One SELECT, one UPDATE, in one transaction."""
    if not request.session.get("_auth_user_id"):
        return HttpResponse(status=403)
    with transaction.atomic():
        body = Body.objects.get(pk=pk)
        body.name = request.POST["name"]
        body.save(update_fields=["name"])
    return HttpResponse("saved")


@csrf_exempt
def count(request: HttpRequest, entrance: int, shard: int) -> HttpResponse:
    """Parse the form, one UPDATE, a redirect."""
    if "a1" not in request.POST:
        return HttpResponseBadRequest()
    Counter.objects.filter(entrance_id=entrance, shard=shard).update(n=F("n") + 1)
    return HttpResponseRedirect("/")


urlpatterns = [
    path("bare/<int:pk>/", save),
    path("bare/<int:entrance>/<int:shard>/", count),
]
