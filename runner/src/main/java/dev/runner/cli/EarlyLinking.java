package dev.runner.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes out what javac leaves for the JVM to link at run time: switches over patterns, and the methods that records get by
 * themselves. {@code runner/bin/build-program} starts it when the program is built.
 *
 * <p>Each such place makes a class and several method handles when it is reached first, a millisecond or two of a cold JVM,
 * and the JVM's AOT cache keeps none of it, as it does with lambdas. A build reaches some sixty.
 */
final class EarlyLinking {
    private final ClassFile context;

    /** @param resources finds class files by their names in a jar, those that a class refers to */
    EarlyLinking(Resources resources) {
        ClassHierarchyResolver ours = ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> {
            String name = type.descriptorString();
            return resources.open(name.substring(1, name.length() - 1) + ".class");
        });
        context = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ours.orElse(ClassHierarchyResolver.defaultResolver()).cached()));
    }

    /** Where class files are. */
    @FunctionalInterface
    interface Resources {
        /** Null when there is none of that name. */
        @Nullable
        InputStream open(String name);
    }

    /** @param arguments the jar to read, and the one to write */
    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[1]);
        Files.deleteIfExists(jar);
        Files.copy(Path.of(arguments[0]), jar);
        try (FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> all = Files.walk(files.getPath("dev/runner"))) {
            EarlyLinking linking = new EarlyLinking(name -> open(files.getPath(name)));
            for (Path file :
                    all.filter(path -> path.toString().endsWith(".class")).toList()) {
                byte[] before = Files.readAllBytes(file);
                byte[] after = linking.written(before);
                if (after != before) {
                    Files.write(file, after);
                }
            }
        }
    }

    private static @Nullable InputStream open(Path file) {
        try {
            return Files.exists(file) ? Files.newInputStream(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A class with nothing left to link that can be written out; the same bytes when it has no such place. */
    byte[] written(byte[] bytes) {
        ClassModel model = context.parse(bytes);
        Map<WrittenMethod, String> methods = new LinkedHashMap<>();
        model.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream)
                .map(element -> method(model, element))
                .forEach(method -> {
                    if (method != null) {
                        methods.putIfAbsent(method, "linked$" + methods.size());
                    }
                });
        if (methods.isEmpty()) {
            return bytes;
        }
        boolean inInterface = model.flags().has(java.lang.reflect.AccessFlag.INTERFACE);
        ClassDesc self = model.thisClass().asSymbol();
        ClassTransform calls = ClassTransform.transformingMethodBodies((code, element) -> {
            WrittenMethod method = method(model, element);
            String name = method == null ? null : methods.get(method);
            if (element instanceof RuntimeVisibleTypeAnnotationsAttribute) {
                return; // They name places in the code, which move, and nothing reads them at run time.
            }
            if (method == null || name == null) {
                code.with(element);
            } else {
                code.invokestatic(self, name, method.type(), inInterface);
            }
        });
        ClassTransform added =
                ClassTransform.endHandler(builder -> methods.forEach((method, name) -> builder.withMethodBody(
                        name,
                        method.type(),
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        method::write)));
        byte[] written = context.transformClass(model, calls.andThen(added));
        return context.verify(written).isEmpty() ? written : bytes;
    }

    /** What is written in a call's place; null for everything else. */
    private static @Nullable WrittenMethod method(ClassModel model, CodeElement element) {
        if (!(element instanceof InvokeDynamicInstruction call)) {
            return null;
        }
        ClassDesc bootstraps = call.bootstrapMethod().owner();
        List<java.lang.constant.ConstantDesc> arguments = call.bootstrapArgs();
        return switch (bootstraps.displayName() + "." + call.bootstrapMethod().methodName()) {
            case "SwitchBootstraps.typeSwitch" ->
                arguments.stream().allMatch(ClassDesc.class::isInstance)
                        ? new WrittenMethod.TypeSwitch(
                                call.typeSymbol(),
                                arguments.stream().map(ClassDesc.class::cast).toList())
                        : null;
            case "ObjectMethods.bootstrap" ->
                new WrittenMethod.OfRecord(call.typeSymbol(), call.name().stringValue(), model);
            default -> null;
        };
    }
}
