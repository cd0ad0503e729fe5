mkdir d && ln -s /nowhere/at/all d/dangling && ln -s ../../../etc/passwd d/climbs
