"""Refusal word -> HTTP status, once. A word is all a client gets; its sentence lives with the screens."""

from dataclasses import dataclass

STATUS: dict[str, int] = {
    "bad_request": 400,
    "bad_proof": 400,
    "weak_password": 400,
    "bad_login": 400,
    "unknown_push_service": 400,
    "hash_differs": 400,
    "not_a_photo": 400,
    "not_signed_in": 401,
    "wrong_login": 401,
    "wrong_password": 403,
    "code_wrong": 403,
    "code_used": 403,
    "code_expired": 403,
    "code_blocked": 403,
    "forbidden": 403,
    "cross_site": 403,
    "prove_again": 403,
    "factor_needed": 403,
    "wrong_factor": 403,
    "needs_two_people": 403,
    "another_prints": 403,
    "another_pairs": 403,
    "needs_college": 403,
    "not_found": 404,
    "no_such_code": 404,
    "method_not_allowed": 405,
    "device_taken": 409,
    "device_ended": 409,
    "login_taken": 409,
    "too_many_devices": 409,
    "same_person": 409,
    "nobody_waits": 409,
    "name_taken": 409,
    "no_such_person": 404,
    "serves_already": 409,
    "does_not_serve": 409,
    "is_a_person": 409,
    "not_yourself": 409,
    "base_not_open": 409,
    "days_crossed": 400,
    "insurance_days": 400,
    "number_taken": 409,
    "ended_already": 409,
    "too_many_chosen": 409,
    "bad_name": 400,
    "wrong_org": 409,
    "same_name": 409,
    "too_many": 409,
    "codes_twice": 400,
    "plan_too_large": 400,
    "import_under_way": 409,
    "plans_rest_on_it": 409,
    "occupation_code_odd": 400,
    "occupation_twice": 409,
    "occupation_in_plans": 409,
    "occupation_ended": 409,
    "level_unknown": 400,
    "level_not_of_it": 400,
    "source_missing": 400,
    "range_crossed": 400,
    "credit_code_wrong": 400,
    "credit_code_taken": 409,
    "vault_closed": 409,
    "in_a_chain": 409,
    "reset_open": 409,
    "reset_over": 409,
    "seat_held": 409,
    "seat_over": 409,
    "of_others_too": 409,
    "nothing_to_draw": 409,
    "too_soon": 409,
    "not_open": 409,
    "file_differs": 409,
    "books_differ": 409,
    "vault_differs": 409,
    "month_not_over": 409,
    "entries_waiting": 409,
    "already_locked": 409,
    "month_open": 409,
    "reversal_waits": 409,
    "hours_changed": 409,
    "claimed_already": 409,
    "too_many_jobs": 429,
    "stale_version": 409,
    "minutes_raised": 409,
    "day_full": 409,
    "note_needed": 409,
    "own_entry": 409,
    "signer_credits": 409,
    "claimant_decides": 409,
    "too_many_versions": 409,
    "too_large": 413,
    "wrong_content_type": 415,
    "too_many_requests": 429,
    "quota_used_up": 429,
    "server_fault": 500,
    "busy": 503,
}
BY_STATUS = {
    400: "bad_request", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "too_large", 415: "wrong_content_type", 422: "bad_request", 429: "too_many_requests", 503: "busy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request of a person was not done. `retry_after` in seconds where trying again can help."""

    word: str
    retry_after: int = 0

    @property
    def status(self) -> int:
        return STATUS[self.word]


def word_of_status(status: int) -> str:
    """What we call a refusal that Flask or Werkzeug made; a client error without a name of its own is a bad request."""
    if status in BY_STATUS:
        return BY_STATUS[status]
    return "bad_request" if 400 <= status < 500 else "server_fault"
