"""What nbgrader is told of deadlines, for its Formgrader: what lateness takes off, `records.lateness` says."""

from sqlalchemy.exc import SQLAlchemyError

from grading.records.gradebook import gradebook


def tell_gradebook(said: dict) -> None:
    """Give nbgrader the deadlines, of the stages that it knows. ValueError where the gradebook cannot be written."""
    if deadlines := said.get("deadlines"):
        try:
            with gradebook() as book:
                for assignment in book.assignments:
                    assignment.duedate = deadlines.get(assignment.name)
                book.db.commit()
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", error)).splitlines()[0]
            raise ValueError(
                f"the gradebook cannot be told the deadlines ({why}): run the same command again"
            ) from None
