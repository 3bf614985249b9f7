location.reload()
