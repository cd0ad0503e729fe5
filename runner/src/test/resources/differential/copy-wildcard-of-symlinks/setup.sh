echo one > one.txt && ln -s one.txt two.txt && mkdir d && echo x > d/x && ln -s d dl
