package dev.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Classes behave the same when what is linked at run time is written out. */
class EarlyLinkingTests {
    /** Shapes for the switches below. */
    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Box(int width, long height, @Nullable Shape inside) implements Shape {}

        record Dot() implements Shape {}

        /** A switch in an interface. */
        default String kind() {
            return switch (this) {
                case Circle circle -> "circle";
                case Box box -> "box";
                case Dot dot -> "dot";
            };
        }
    }

    record Everything(
            boolean a,
            byte b,
            char c,
            short d,
            int e,
            long f,
            float g,
            double h,
            @Nullable String i,
            List<String> j) {}

    /** What is run both ways. */
    public static final class Subject {
        public static List<Object> answers() {
            List<Object> answers = new ArrayList<>();
            Shape dot = new Shape.Dot();
            Shape nested = new Shape.Box(3, 4, new Shape.Box(1, 2, new Shape.Circle(0.5)));
            Shape wide = new Shape.Box(4, 3, new Shape.Box(1, 2, dot));
            for (Object each : new Object[] {
                dot, nested, wide, new Shape.Box(1, 1, null), new Shape.Circle(Double.NaN), "text", "", 7, 700, 8L, 'c'
            }) {
                answers.add(described(each));
                answers.add(String.valueOf(each));
                if (each instanceof Shape shape) {
                    answers.add(shape.kind());
                }
            }
            answers.add(described(null));
            Everything one = everything(-0.0f, "i");
            for (Everything other :
                    new Everything[] {one, everything(-0.0f, "i"), everything(0.0f, "i"), everything(-0.0f, null)}) {
                answers.add(one.equals(other));
                answers.add(other.equals(one));
                answers.add(other.hashCode());
                answers.add(other.toString());
            }
            answers.add(one.equals(nothing()));
            answers.add(one.equals("text"));
            answers.add(dot.equals(new Shape.Dot()));
            answers.add(dot.hashCode());
            answers.add(new Shape.Circle(Double.NaN).equals(new Shape.Circle(Double.NaN)));
            return answers;
        }

        private static @Nullable Object nothing() {
            return null;
        }

        private static Everything everything(float g, @Nullable String i) {
            return new Everything(true, (byte) -1, 'c', (short) 300, 5, 1L << 40, g, 2.5, i, List.of("x"));
        }

        private static String described(@Nullable Object value) {
            return switch (value) {
                case null -> "nothing";
                case Shape.Box(int width, long height, Shape.Box(int w, long h, Shape inside))
                when width > height -> "wide " + w + h + inside;
                case Shape.Box box when box.inside() instanceof Shape.Box inner -> box + " with " + inner;
                case Shape.Box box -> "box";
                case Shape shape -> "shape";
                case String text when text.isEmpty() -> "empty";
                case String text -> text;
                case Integer number when number > 100 -> "many";
                case Number number -> "number";
                default -> "else";
            };
        }
    }

    @Test
    void classes_do_the_same_and_link_nothing() throws Exception {
        Loader loader = new Loader();
        Method answers = loader.loadClass(Subject.class.getName()).getMethod("answers");
        assertThat(answers.invoke(null)).isEqualTo(Subject.answers());
        assertThat(loader.changed).hasSizeGreaterThanOrEqualTo(5);
        for (byte[] bytes : loader.changed) {
            assertThat(ClassFile.of().parse(bytes).methods())
                    .flatMap(method -> method.code().stream().toList())
                    .flatMap(CodeModel::elementList)
                    .filteredOn(InvokeDynamicInstruction.class::isInstance)
                    .extracting(call -> ((InvokeDynamicInstruction) call)
                            .bootstrapMethod()
                            .owner()
                            .displayName())
                    .doesNotContain("SwitchBootstraps", "ObjectMethods");
        }
    }

    /** Defines the classes of this test anew, written out and verified. */
    private static final class Loader extends ClassLoader {
        private final List<byte[]> changed = new ArrayList<>();
        private final EarlyLinking linking = new EarlyLinking(Loader::open);

        private Loader() {
            super(EarlyLinkingTests.class.getClassLoader());
        }

        private static @Nullable InputStream open(String name) {
            return EarlyLinkingTests.class.getClassLoader().getResourceAsStream(name);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> known = findLoadedClass(name);
            if (known != null || !name.startsWith(EarlyLinkingTests.class.getName() + "$")) {
                return known != null ? known : super.loadClass(name, resolve);
            }
            try (InputStream in = Objects.requireNonNull(open(name.replace('.', '/') + ".class"))) {
                byte[] before = in.readAllBytes();
                byte[] after = linking.written(before);
                if (after != before) {
                    changed.add(after);
                }
                return defineClass(name, after, 0, after.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
