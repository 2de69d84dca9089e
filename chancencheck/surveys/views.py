"""Staff pages: making a survey, its ways in, opening and closing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancencheck.citizens.languages import Language
from chancencheck.citizens.pages import page
from chancencheck.lib.http import SignedInRequest
from chancencheck.organisations.middleware import municipality_of
from chancencheck.organisations.permissions import may_in
from chancencheck.organisations.roles import Permission
from chancencheck.surveys import operations
from chancencheck.surveys.choices import Channel
from chancencheck.surveys.doors import door_of
from chancencheck.surveys.forms import CodesForm, ExtendForm, PlaceForm, SurveyForm
from chancencheck.surveys.forms_public import Filled
from chancencheck.surveys.models import Entrance, Survey
from chancencheck.surveys.permissions import (
    kept_back_parts,
    led_parts_only,
    may_publish,
    may_with,
    readable_parts,
    reviewed_parts,
)
from chancencheck.surveys.queries import (
    people_so_far,
    rounds_for_survey,
    sees_surveys,
    surveys_of,
    texts_waiting,
)
from chancencheck.surveys.views_public import page_context


def load(request: SignedInRequest, pk: int, permission: Permission | None = None) -> Survey:
    """The survey: 404 if it does not exist for this person, 403 without the permission."""
    surveys = Survey.objects.visible_to(request.user).with_place()
    survey = get_object_or_404(surveys.prefetch_related("parts__unit"), pk=pk)
    if permission and not may_with(request.user, survey, permission):
        raise PermissionDenied
    return survey


@require_GET
def survey_list(request: SignedInRequest) -> HttpResponse:
    """All surveys of the city that the person has to do with."""
    municipality = municipality_of(request)
    if not sees_surveys(request.user, municipality):
        raise PermissionDenied
    surveys = list(surveys_of(request.user, municipality))
    context = {
        "surveys": surveys,
        "kept_back": {each.pk: kept_back_parts(request.user, each) for each in surveys},
        "rounds": rounds_for_survey(request.user, municipality),
        "manages_city": may_in(request.user, municipality, Permission.HELP_EDIT),
    }
    return render(request, "surveys/survey_list.html", context)


@require_http_methods(["GET", "POST"])
def survey_new(request: SignedInRequest, round_pk: int) -> HttpResponse:
    """Make a survey in a running round."""
    municipality = municipality_of(request)
    if not sees_surveys(request.user, municipality):
        raise PermissionDenied
    run = get_object_or_404(rounds_for_survey(request.user, municipality), pk=round_pk)
    form = SurveyForm(request.POST or None, run=run, by=request.user)
    if request.method == "POST" and form.is_valid():
        survey = operations.create_survey(run=run, entry=form.entry(), by=request.user)
        return redirect("survey", survey.pk)
    context = {"form": form, "round": run, "survey": None}
    status = 422 if form.errors else 200
    return render(request, "surveys/survey_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def survey_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    form = SurveyForm(request.POST or None, run=survey.round, by=request.user, survey=survey)
    if request.method == "POST" and form.is_valid():
        operations.change_survey(survey=survey, entry=form.entry(), by=request.user)
        return redirect("survey", survey.pk)
    context = {"form": form, "round": survey.round, "survey": survey}
    status = 422 if form.errors else 200
    return render(request, "surveys/survey_form.html", context, status=status)


@require_GET
def survey_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where a survey stands, and what is next."""
    return _detail(request, load(request, pk))


def _detail(
    request: SignedInRequest,
    survey: Survey,
    place: PlaceForm | None = None,
    extend: ExtendForm | None = None,
) -> HttpResponse:
    can_manage = may_with(request.user, survey, Permission.SURVEY_MANAGE)
    entrances = list(
        Entrance.objects.filter(part__survey=survey).select_related(
            "part__unit", "part__survey__round__municipality"
        )
    )
    own = led_parts_only(request.user, survey)
    if own is not None:
        entrances = [each for each in entrances if each.part_id in own]
    readable = readable_parts(request.user, survey) if survey.is_closed else []
    reviewed = reviewed_parts(request.user, survey)
    context = {
        "survey": survey,
        "questions": [row.question for row in survey.questions.select_related("question")],
        "entrances": entrances,
        "languages": survey.languages,
        "so_far": people_so_far(survey) if survey.is_open else 0,
        "can_manage": can_manage,
        "can_enter": survey.is_open and may_with(request.user, survey, Permission.SURVEY_ENTER),
        "waiting": texts_waiting(survey, reviewed).count() if reviewed else 0,
        "parts": readable,
        "kept_back": kept_back_parts(request.user, survey),
        "publishable": [part for part in readable if may_publish(request.user, part)],
        "can_add": can_manage
        and (
            survey.is_draft or may_in(request.user, survey.municipality, Permission.SURVEY_MANAGE)
        ),
        "place_form": place or PlaceForm(survey=survey),
        "extend_form": extend
        or ExtendForm(initial={"closes_on": survey.closes_on, "results_on": survey.results_on}),
    }
    status = 422 if (place and place.errors) or (extend and extend.errors) else 200
    return render(request, "surveys/survey_detail.html", context, status=status)


@require_POST
def survey_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open the survey."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    operations.open_survey(survey=survey, by=request.user)
    messages.success(request, _("The survey is open. Now people can answer."))
    return redirect("survey", pk)


@require_POST
def survey_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Collect answers for longer."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    form = ExtendForm(request.POST, initial={"closes_on": survey.closes_on})
    if not form.is_valid():
        return _detail(request, survey, extend=form)
    operations.extend_survey(survey=survey, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("survey", pk)


@require_POST
def survey_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close the survey and make its result."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    operations.close_survey(survey=survey, by=request.user)
    if not readable_parts(request.user, survey):
        messages.success(request, _("The survey is closed."))
        return redirect("survey", pk)
    messages.success(request, _("The survey is closed. Here is what people say."))
    return redirect("survey_result", pk)


@require_POST
def entrance_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a place with its channels."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    form = PlaceForm(request.POST, survey=survey)
    if not form.is_valid():
        return _detail(request, survey, place=form)
    operations.add_place(survey=survey, by=request.user, **form.cleaned_data)
    messages.success(request, _("The place is added."))
    return redirect("survey", pk)


@require_POST
def entrance_remove(request: SignedInRequest, pk: int, entrance_pk: int) -> HttpResponse:
    """Take a way in away again, before the opening."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    entrance = get_object_or_404(Entrance, pk=entrance_pk, part__survey=survey)
    operations.remove_entrance(entrance=entrance, by=request.user)
    return redirect("survey", pk)


@require_GET
def survey_preview(request: SignedInRequest, pk: int, speaks: Language) -> HttpResponse:
    """The survey as citizens will see it. Nothing is counted."""
    survey = load(request, pk)
    entrance = Entrance.objects.filter(part__survey=survey, channel=Channel.WEB)[0]
    here = door_of(entrance)
    context = {**page_context(here, speaks, Filled({}, "", "", "")), "is_preview": True}
    return page(request, "surveys/survey.html", context, city=here.city, speaks=speaks)


@require_http_methods(["GET", "POST"])
def survey_codes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make one-time codes. They are shown this once, to be printed and cut."""
    survey = load(request, pk, Permission.SURVEY_MANAGE)
    form = CodesForm(request.POST or None)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        codes = operations.make_codes(
            survey=survey, number=form.cleaned_data["number"], by=request.user
        )
    context = {"survey": survey, "form": form, "codes": codes, "made": survey.codes.count()}
    status = 422 if form.errors else 200
    return render(request, "surveys/codes.html", context, status=status)
