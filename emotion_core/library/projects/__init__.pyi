from .project import Project as Project, ProjectHistory as ProjectHistory
from .projects import Projects as Projects
