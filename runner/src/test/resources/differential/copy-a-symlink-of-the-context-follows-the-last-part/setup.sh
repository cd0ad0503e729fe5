echo real > real.txt && ln -s real.txt link.txt && mkdir d && echo x > d/x && ln -s d dlink && ln -s ../real.txt d/up
