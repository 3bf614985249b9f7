"""What every participants' page shares: visits, forms, templates, limits."""
