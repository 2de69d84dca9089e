"""QR codes in templates."""

from django import template

from chancencheck.ui.qr import qr_code

register = template.Library()
register.simple_tag(qr_code)
