from .comparison import (
    ComparedVersions as ComparedVersions,
    compare_versions as compare_versions,
    is_compared as is_compared,
    project_key as project_key,
)
from .kept_alignments import aligned as aligned
from .kept_changes import listed_changes as listed_changes
from .kept_links import forget_links as forget_links
from .kept_pairs import (
    forget_pairs as forget_pairs,
    is_known_to_share as is_known_to_share,
    share_footage as share_footage,
)
from .kept_scene_changes import paired_scenes as paired_scenes
from .partners import footage_partners as footage_partners
from .project import Project as Project, ProjectHistory as ProjectHistory
from .projects import Projects as Projects
