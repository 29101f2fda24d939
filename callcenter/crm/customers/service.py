"""Finding customers: by the number that rings, by what an agent types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.crm.customers.tables import ContactRow, CustomerRow, PhoneRow
from callcenter.hotlines.numbers import digits, normalise
from callcenter.settings import CHINA, Home
from callcenter.store.clock import Clock, now_ms
from callcenter.store.engine import Store

TIERS = ("key", "second", "regular", "mass")
"""重要, 次重要, 一般, 大众."""

KINDS = ("retailer", "company", "household")

GIVEN = 40
"""Letters of a number as it was written that are kept."""

SEVERAL = 20
"""Customers offered at most when one number belongs to many."""


@dataclass(frozen=True)
class Customer:
    id: int
    licence_no: str | None
    name: str
    kind: str
    tier: str
    address: str
    district: str
    account_manager: str
    notes: str
    language: str = ""


@dataclass(frozen=True)
class Contact:
    id: int
    name: str
    role: str


@dataclass(frozen=True)
class Phone:
    """`number` in the one form, `given` as it was written; `contact` is whose it is, where known."""

    number: str
    given: str
    contact: Contact | None


@dataclass(frozen=True)
class Card:
    """Everything the pop shows of a customer."""

    customer: Customer
    contacts: tuple[Contact, ...]
    phones: tuple[Phone, ...]


@dataclass(frozen=True)
class Recognition:
    """Who is calling: one customer; or several, none of whom is guessed; or nobody known."""

    customer: Customer | None = None
    several: tuple[Customer, ...] = ()

    def may_be(self, customer: int | None) -> bool:
        """Whether the number is this customer's, too."""
        return customer in {one.id for one in (*self.several, *([self.customer] if self.customer else []))}


NOBODY = Recognition()


@dataclass(frozen=True)
class NewPhone:
    """A number to be added; `contact` is the name of one of the new customer's contacts."""

    given: str
    contact: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """`contacts` are names and roles; `language` is zh_CN, en or '' where it is not known."""

    name: str
    licence_no: str | None = None
    kind: str = "retailer"
    tier: str = "regular"
    address: str = ""
    district: str = ""
    account_manager: str = ""
    language: str = ""
    notes: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    phones: tuple[NewPhone, ...] = ()


class NotANumber(Exception):
    """What was given is no telephone number."""


class Customers:
    """`home` reads a number without country or area code."""

    def __init__(self, store: Store, *, home: Home = CHINA, clock: Clock = now_ms) -> None:
        self._store = store
        self._home = home
        self._clock = clock

    async def recognise(self, number: str) -> Recognition:
        """Whose number this is; `number` as the network gave it."""
        wanted = normalise(number, self._home)
        if wanted is None:
            return NOBODY
        async with self._store.transaction() as session:
            query = select(CustomerRow).join(PhoneRow, PhoneRow.customer == CustomerRow.id).where(PhoneRow.number == wanted)
            rows = (await session.scalars(query.order_by(CustomerRow.name, CustomerRow.id).limit(SEVERAL))).all()
        found = tuple(_customer(row) for row in rows)
        return Recognition(customer=found[0]) if len(found) == 1 else Recognition(several=found)

    async def one(self, customer: int) -> Customer | None:
        async with self._store.transaction() as session:
            row = await session.get(CustomerRow, customer)
            return _customer(row) if row else None

    async def some(self, customers: Sequence[int]) -> dict[int, Customer]:
        """These customers by id; for lists."""
        async with self._store.transaction() as session:
            rows = await session.scalars(select(CustomerRow).where(CustomerRow.id.in_(set(customers))))
            return {row.id: _customer(row) for row in rows}

    async def by_licence(self, licence_no: str) -> Customer | None:
        """The customer of a licence number, as keyed in by a caller."""
        async with self._store.transaction() as session:
            row = await session.scalar(select(CustomerRow).where(CustomerRow.licence_no == licence_no))
            return _customer(row) if row else None

    async def by_keyed(self, keyed: str) -> Customer | None:
        """The customer whose licence number has just these digits, however it is written: no telephone keys letters, dashes or blanks."""
        known = await self.by_licence(keyed)
        if known is not None or not keyed:
            return known
        longer = select(CustomerRow.id, CustomerRow.licence_no).where(func.length(CustomerRow.licence_no) > len(keyed))
        async with self._store.transaction() as session:
            found = [row.id for row in await session.execute(longer) if digits(row.licence_no) == keyed]
        # Of two that differ in their letters alone none is guessed.
        return await self.one(found[0]) if len(found) == 1 else None

    async def card(self, customer: int) -> Card | None:
        async with self._store.transaction() as session:
            return await read_card(session, customer)

    async def examples(self, limit: int = 5) -> list[Card]:
        """The first customers that have a number nobody else has: to show or to try something with."""
        alone = select(PhoneRow.number).group_by(PhoneRow.number).having(func.count() == 1)
        async with self._store.transaction() as session:
            having = select(PhoneRow.customer).where(PhoneRow.number.in_(alone))
            ids = await session.scalars(select(CustomerRow.id).where(CustomerRow.id.in_(having)).order_by(CustomerRow.id).limit(limit))
            cards = [await read_card(session, id) for id in ids.all()]
        return [card for card in cards if card is not None]

    async def search(self, text: str, limit: int = 20) -> list[Customer]:
        """Customers whose name, licence number, contact or telephone number holds `text`; exact ones first, then by name."""
        text = text.strip()
        if not text:
            return []
        async with self._store.transaction() as session:
            ids = select(CustomerRow.id).where(or_(*_matches(text, normalise(text, self._home))))
            exact = (CustomerRow.name != text, CustomerRow.name, CustomerRow.id)
            rows = await session.scalars(select(CustomerRow).where(CustomerRow.id.in_(ids)).order_by(*exact).limit(limit))
            return [_customer(row) for row in rows]

    async def add(
        self,
        *,
        name: str,
        licence_no: str | None = None,
        kind: str = "retailer",
        tier: str = "regular",
        address: str = "",
        district: str = "",
        account_manager: str = "",
        language: str = "",
        notes: str = "",
        contacts: Sequence[tuple[str, str]] = (),
        phones: Sequence[NewPhone] = (),
    ) -> int:
        """A new customer with contacts (name, role) and numbers; his id. Raise NotANumber; IntegrityError for a known licence number."""
        new = NewCustomer(
            name=name,
            licence_no=licence_no,
            kind=kind,
            tier=tier,
            address=address,
            district=district,
            account_manager=account_manager,
            language=language,
            notes=notes,
            contacts=tuple(contacts),
            phones=tuple(phones),
        )
        return (await self.add_all([new]))[0]

    async def add_all(self, several: Sequence[NewCustomer]) -> list[int]:
        """New customers, all or none of them; return their ids. Raise as `add`."""
        numbers = [[self._number(phone.given) for phone in new.phones] for new in several]
        async with self._store.transaction() as session:
            return [await _add(session, new, self._clock(), given) for new, given in zip(several, numbers, strict=True)]

    async def count(self) -> int:
        """How many there are."""
        async with self._store.transaction() as session:
            return await session.scalar(select(func.count()).select_from(CustomerRow)) or 0

    async def note(self, customer: int, notes: str) -> None:
        """Replace the notes on a customer."""
        async with self._store.transaction() as session:
            row = await session.get(CustomerRow, customer)
            if row is not None:
                row.notes = notes

    def _number(self, given: str) -> str:
        number = normalise(given, self._home)
        if number is None:
            raise NotANumber(given)
        return number


async def _add(session: AsyncSession, new: NewCustomer, now: int, numbers: Sequence[str]) -> int:
    row = CustomerRow(
        licence_no=new.licence_no,
        name=new.name,
        kind=new.kind,
        tier=new.tier,
        address=new.address,
        district=new.district,
        account_manager=new.account_manager,
        language=new.language,
        notes=new.notes,
        created=now,
    )
    session.add(row)
    await session.flush()
    people = [ContactRow(customer=row.id, name=name, role=role) for name, role in new.contacts]
    session.add_all(people)
    await session.flush()
    ids = {contact.name: contact.id for contact in people}
    known: dict[str, PhoneRow] = {}
    for phone, number in zip(new.phones, numbers, strict=True):
        if number in known:
            # Two extensions behind one number: whoever calls there sees both.
            known[number].given = f"{known[number].given} / {phone.given}"[:GIVEN]
            continue
        known[number] = PhoneRow(customer=row.id, contact=ids.get(phone.contact or ""), number=number, given=phone.given[:GIVEN])
    session.add_all(known.values())
    await session.flush()
    return row.id


async def read_card(session: AsyncSession, customer: int) -> Card | None:
    """A customer's card inside a transaction that reads more."""
    row = await session.get(CustomerRow, customer)
    if row is None:
        return None
    contacts = {
        c.id: Contact(c.id, c.name, c.role)
        for c in await session.scalars(select(ContactRow).where(ContactRow.customer == customer).order_by(ContactRow.id))
    }
    phones = await session.scalars(select(PhoneRow).where(PhoneRow.customer == customer).order_by(PhoneRow.id))
    return Card(_customer(row), tuple(contacts.values()), tuple(Phone(p.number, p.given, contacts.get(p.contact or 0)) for p in phones))


def _matches(text: str, number: str | None) -> list[ColumnElement[bool]]:
    # autoescape: a per cent sign that was typed means a per cent sign.
    by_contact = select(ContactRow.customer).where(ContactRow.name.contains(text, autoescape=True))
    found: list[ColumnElement[bool]] = [
        CustomerRow.name.icontains(text, autoescape=True),
        CustomerRow.licence_no.startswith(text, autoescape=True),
        CustomerRow.id.in_(by_contact),
    ]
    part = digits(text)
    if len(part) >= 4:
        wanted = [PhoneRow.number.contains(part)] + ([PhoneRow.number == number] if number else [])
        found.append(CustomerRow.id.in_(select(PhoneRow.customer).where(or_(*wanted))))
    return found


def _customer(row: CustomerRow) -> Customer:
    return Customer(
        id=row.id,
        licence_no=row.licence_no,
        name=row.name,
        kind=row.kind,
        tier=row.tier,
        address=row.address,
        district=row.district,
        account_manager=row.account_manager,
        notes=row.notes,
        language=row.language,
    )
