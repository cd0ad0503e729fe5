mkdir t
echo capable > t/capable && chmod 755 t/capable && setcap cap_net_bind_service+ep t/capable
echo setuid > t/setuid && chmod 4755 t/setuid
echo setgid > t/setgid && chown 0:50 t/setgid && chmod 2755 t/setgid
echo linked > t/one && ln t/one t/two
setfattr -n user.colour -v green t/one
tar -C t --sort=name --xattrs --xattrs-include='*' -cf special.tar capable one setgid setuid two
rm -r t
