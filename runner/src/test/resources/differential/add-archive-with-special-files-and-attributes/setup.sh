mkdir t && mkfifo t/pipe && mknod t/null c 1 3 && echo x > t/x && setfattr -n user.colour -v blue t/x && touch t/cap && setcap cap_chown+p t/cap && chmod 4711 t/x
tar -C t --xattrs --xattrs-include='*' -cf it.tar pipe null x cap && rm -r t
