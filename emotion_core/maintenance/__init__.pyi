from .issue import Issue as Issue
