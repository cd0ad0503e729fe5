echo a > a && tar --remove-files -cf one.tar a && echo b > b && tar --remove-files -cf two.tar b
