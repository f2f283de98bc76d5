"""Pages for curators, experts and admins, behind the sign-in."""
