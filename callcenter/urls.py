"""Every route on one screen: method, path, handler, who may; and the main menu."""

from __future__ import annotations

from callcenter.calls import gap_pages
from callcenter.calls import pages as calls
from callcenter.comparison import pages as comparison
from callcenter.crm.callbacks import pages as callbacks
from callcenter.crm.callers import pages as callers
from callcenter.crm.cases import pages as cases
from callcenter.crm.customers import pages as customers
from callcenter.crm.orders import pages as orders
from callcenter.crm.surveys import pages as surveys
from callcenter.desk import callback_pages, move_pages, note_pages
from callcenter.desk import pages as desk
from callcenter.hotlines import hour_pages
from callcenter.ivr.actions import pages as action_pages
from callcenter.ivr.named import again_pages as prompts_again
from callcenter.ivr.named import pages as prompt_pages
from callcenter.ivr.published import editor_pages as flows
from callcenter.ivr.published import version_pages as flow_versions
from callcenter.ivr.seen import funnel_pages, picture_pages
from callcenter.ivr.trying import pages as simulate_pages
from callcenter.live import demo_phone
from callcenter.live import pages as live
from callcenter.web.routes import ANYONE, SIGNED_IN, NavItem, Route
from callcenter.web.server import FRAME_ROUTES
from callcenter.web.texts import N_

AGENT = frozenset({"agent"})
WORK = frozenset({"agent", "supervisor", "admin"})
LEAD = frozenset({"supervisor", "admin"})
WATCH = frozenset({"supervisor", "qa", "admin"})

ROUTES: tuple[Route, ...] = (
    *FRAME_ROUTES,
    Route("GET", "/healthz", live.healthz, ANYONE),
    # for programs: an administrator's session, or the token in data_dir
    Route("GET", "/metrics", comparison.metrics, ANYONE),
    Route("GET", "/comparison/floor", comparison.told, ANYONE),
    # agents
    Route("GET", "/desk", desk.show, AGENT),
    Route("POST", "/desk/wrapup", desk.wrap_up, AGENT),
    Route("POST", "/desk/caller", desk.choose_caller, AGENT),
    Route("POST", "/desk/customers", desk.new_customer, AGENT),
    Route("GET", "/desk/targets", move_pages.targets, AGENT),
    Route("POST", "/desk/move", move_pages.move, AGENT),
    Route("POST", "/desk/consult", move_pages.consult, AGENT),
    Route("POST", "/desk/drop", move_pages.drop, AGENT),
    Route("POST", "/desk/hold", move_pages.hold, AGENT),
    Route("POST", "/desk/park", move_pages.park, AGENT),
    Route("POST", "/desk/pick-up", move_pages.pick_up, AGENT),
    Route("GET", "/agent/phone", live.phone, AGENT),
    Route("POST", "/agent/phone", live.choose_phone, AGENT),
    Route("POST", "/agent/seat", live.take_seat, AGENT),
    Route("POST", "/agent/leave", live.leave_seat, AGENT),
    Route("POST", "/agent/state", live.change_state, AGENT),
    Route("GET", "/callbacks", callback_pages.listed, WORK),
    Route("POST", "/callbacks/{id}/dial", callback_pages.dial, AGENT),
    Route("POST", "/callbacks/{id}/close", callback_pages.close, WORK),
    # customers and cases
    Route("GET", "/customers", customers.listed, SIGNED_IN),
    Route("POST", "/customers", customers.add, WORK),
    Route("GET", "/customers/new", customers.new, WORK),
    Route("GET", "/customers/{id}", customers.one, SIGNED_IN),
    Route("POST", "/customers/{id}/notes", customers.save_notes, WORK),
    Route("GET", "/customers/{id}/calls", calls.of_customer, SIGNED_IN),
    Route("GET", "/customers/{id}/cases", cases.of_customer, SIGNED_IN),
    Route("GET", "/customers/{id}/orders", orders.of_customer, SIGNED_IN),
    Route("GET", "/customers/{id}/callbacks", callbacks.of_customer, SIGNED_IN),
    Route("GET", "/callbacks/{id}/messages/{n}", callbacks.message, SIGNED_IN),
    Route("GET", "/cases", cases.listed, SIGNED_IN),
    Route("GET", "/cases/{number}", cases.one, SIGNED_IN),
    Route("POST", "/cases/{number}/notes", cases.note, WORK),
    Route("POST", "/cases/{number}/close", cases.close, WORK),
    Route("POST", "/cases/{number}/owner", cases.reassign, WORK),
    # supervisors and QA
    Route("GET", "/floor", live.floor, WATCH),
    Route("GET", "/comparison", comparison.page, WATCH),
    Route("POST", "/comparison", comparison.look, WATCH),
    Route("GET", "/calls", calls.listed, WATCH),
    Route("GET", "/calls/{id}", calls.one, WATCH),
    Route("GET", "/gaps", gap_pages.listed, WATCH),
    Route("GET", "/flows/{name}/funnel", funnel_pages.funnel, WATCH),
    Route("GET", "/flows", flows.listed, WATCH),
    Route("POST", "/flows", flows.add, LEAD),
    Route("GET", "/flows/new", flows.new, LEAD),
    Route("POST", "/flows/files", flows.bring_in, LEAD),
    Route("GET", "/flows/{name}", flows.edit, LEAD),
    Route("POST", "/flows/{name}/draft", flows.take_draft, LEAD),
    Route("POST", "/flows/{name}/take", flow_versions.take, LEAD),
    Route("POST", "/flows/{name}/publish", flow_versions.put_in_use, LEAD),
    Route("GET", "/flows/{name}/drawing", flow_versions.drawing, LEAD),
    Route("GET", "/flows/{name}/differences", flow_versions.differ, LEAD),
    Route("GET", "/flows/{name}/history", flow_versions.history, LEAD),
    Route("GET", "/flows/{name}/file", flow_versions.download, LEAD),
    Route("GET", "/flows/{name}/versions/{number}", flow_versions.one, LEAD),
    Route("POST", "/flows/{name}/versions/{number}/use", flow_versions.put_back, LEAD),
    Route("GET", "/flows/{name}/picture", picture_pages.picture, WATCH),
    Route("GET", "/flows/{name}/picture.svg", picture_pages.drawing, WATCH),
    Route("GET", "/flows/{name}/picture/steps/{step}", picture_pages.step, WATCH),
    Route("GET", "/flows/{name}/simulate", simulate_pages.show, LEAD),
    Route("POST", "/flows/{name}/simulate", simulate_pages.press, LEAD),
    Route("GET", "/calls/{id}/cases", cases.of_call, WATCH),
    Route("GET", "/calls/{id}/callbacks", callbacks.of_call, WATCH),
    Route("GET", "/calls/{id}/note", note_pages.of_call, WATCH),
    Route("GET", "/calls/{id}/remarks", action_pages.remarks, SIGNED_IN),
    Route("GET", "/recordings/{id}", calls.recording, WATCH),
    # surveys
    Route("GET", "/surveys", surveys.listed, WATCH),
    Route("GET", "/surveys/questions/new", surveys.new, LEAD),
    Route("POST", "/surveys/questions", surveys.add, LEAD),
    Route("GET", "/surveys/questions/{id}", surveys.one, LEAD),
    Route("POST", "/surveys/questions/{id}", surveys.save, LEAD),
    Route("POST", "/surveys/questions/{id}/retire", surveys.retire, LEAD),
    # callers who are turned away
    Route("GET", "/callers", callers.listed, WATCH),
    Route("POST", "/callers", callers.bar, LEAD),
    Route("POST", "/callers/pardon", callers.pardon, LEAD),
    Route("POST", "/callers/{id}/lift", callers.lift, LEAD),
    # hours
    Route("GET", "/hours", hour_pages.show, SIGNED_IN),
    Route("GET", "/hours/special-days/new", hour_pages.new_special, LEAD),
    Route("POST", "/hours/special-days", hour_pages.add_special, LEAD),
    Route("GET", "/hours/special-days/{id}", hour_pages.special, LEAD),
    Route("POST", "/hours/special-days/{id}", hour_pages.save_special, LEAD),
    Route("POST", "/hours/special-days/{id}/remove", hour_pages.remove_special, LEAD),
    Route("GET", "/hours/{hotline}/week", hour_pages.week, LEAD),
    Route("POST", "/hours/{hotline}/week", hour_pages.save_week, LEAD),
    Route("GET", "/hours/{hotline}/emergency", hour_pages.emergency, LEAD),
    Route("POST", "/hours/{hotline}/emergency", hour_pages.save_emergency, LEAD),
    Route("POST", "/hours/{hotline}/emergency/end", hour_pages.end_emergency, LEAD),
    # prompts by name
    Route("GET", "/prompts", prompt_pages.listed, LEAD),
    Route("POST", "/prompts", prompt_pages.add, LEAD),
    Route("GET", "/prompts/new", prompt_pages.new, LEAD),
    Route("POST", "/prompts/publish", prompts_again.put_in_use, LEAD),
    Route("GET", "/prompts/spoken", prompt_pages.spoken, LEAD),
    Route("GET", "/prompts/sounds/{sha}", prompt_pages.sound, LEAD),
    Route("GET", "/prompts/{name}", prompt_pages.one, LEAD),
    Route("POST", "/prompts/{name}", prompt_pages.entitle, LEAD),
    Route("POST", "/prompts/{name}/back", prompt_pages.put_back, LEAD),
    Route("POST", "/prompts/{name}/remove", prompt_pages.remove, LEAD),
    Route("POST", "/prompts/{name}/{language}", prompt_pages.write, LEAD),
    # the newcomer's phone, in demo mode
    Route("GET", "/phone", demo_phone.show, ANYONE),
    Route("GET", "/phone/config", demo_phone.config, ANYONE),
)

NAV: tuple[NavItem, ...] = (
    NavItem("/desk", N_("Desk"), "headset", AGENT),
    NavItem("/floor", N_("Floor"), "layout-dashboard", WATCH),
    NavItem("/calls", N_("Calls"), "list-search", WATCH),
    NavItem("/flows", N_("Flows"), "sitemap", WATCH),
    NavItem("/callbacks", N_("Callbacks"), "phone-outgoing", WORK),
    NavItem("/customers", N_("Customers"), "users", SIGNED_IN),
    NavItem("/cases", N_("Cases"), "clipboard-list", SIGNED_IN),
    NavItem("/prompts", N_("Prompts"), "speakerphone", LEAD),
    NavItem("/hours", N_("Hours"), "calendar-time", WATCH),
    NavItem("/callers", N_("Turned away"), "phone-off", WATCH),
    NavItem("/surveys", N_("Surveys"), "mood-check", WATCH),
)
