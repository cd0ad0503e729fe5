package dev.runner.cli;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A method in the place of one that would be linked at run time; it takes and gives the same. */
sealed interface WrittenMethod {
    /** Parameters and result. */
    MethodTypeDesc type();

    void write(CodeBuilder code);

    /**
     * The number of the first type, from the one that the second parameter tells on, of which the first parameter is an
     * instance; as many as there are types when there is none; -1 for null.
     *
     * @see java.lang.runtime.SwitchBootstraps#typeSwitch
     */
    record TypeSwitch(MethodTypeDesc type, List<ClassDesc> labels) implements WrittenMethod {
        @Override
        public void write(CodeBuilder code) {
            Label present = code.newLabel();
            code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
            for (int i = 0; i < labels.size(); i++) {
                Label next = code.newLabel();
                code.iload(1).loadConstant(i).if_icmpgt(next);
                code.aload(0).instanceOf(labels.get(i)).ifeq(next);
                code.loadConstant(i).ireturn().labelBinding(next);
            }
            code.loadConstant(labels.size()).ireturn();
        }
    }

    /**
     * A record's own {@code equals}, {@code hashCode} or {@code toString}.
     *
     * @see java.lang.runtime.ObjectMethods
     */
    record OfRecord(MethodTypeDesc type, String name, ClassModel model) implements WrittenMethod {
        private static final ClassDesc OBJECTS =
                Objects.class.describeConstable().orElseThrow();
        private static final ClassDesc BUILDER =
                StringBuilder.class.describeConstable().orElseThrow();

        /** There is one record in a class. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OfRecord method && name.equals(method.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        private List<RecordComponentInfo> components() {
            return model.findAttribute(Attributes.record()).orElseThrow().components();
        }

        @Override
        public void write(CodeBuilder code) {
            switch (name) {
                case "equals" -> writeEquals(code);
                case "hashCode" -> writeHashCode(code);
                case "toString" -> writeToString(code);
                default -> throw new IllegalStateException("a record has no method " + name + " of its own");
            }
        }

        private CodeBuilder load(CodeBuilder code, int slot, RecordComponentInfo component) {
            ClassDesc self = model.thisClass().asSymbol();
            return code.aload(slot).getfield(self, component.name().stringValue(), component.descriptorSymbol());
        }

        private void writeEquals(CodeBuilder code) {
            ClassDesc self = model.thisClass().asSymbol();
            Label different = code.newLabel();
            code.aload(1).instanceOf(self).ifeq(different);
            code.aload(1).checkcast(self).astore(2);
            for (RecordComponentInfo component : components()) {
                load(code, 0, component);
                load(code, 2, component);
                ClassDesc type = component.descriptorSymbol();
                switch (TypeKind.from(type)) {
                    case REFERENCE ->
                        code.invokestatic(OBJECTS, "equals", method("(Ljava/lang/Object;Ljava/lang/Object;)Z"))
                                .ifeq(different);
                    case LONG -> code.lcmp().ifne(different);
                    case FLOAT, DOUBLE ->
                        code.invokestatic(boxed(type), "compare", MethodTypeDesc.of(ConstantDescs.CD_int, type, type))
                                .ifne(different);
                    default -> code.if_icmpne(different);
                }
            }
            code.iconst_1().ireturn();
            code.labelBinding(different).iconst_0().ireturn();
        }

        private void writeHashCode(CodeBuilder code) {
            code.iconst_0();
            for (RecordComponentInfo component : components()) {
                ClassDesc type = component.descriptorSymbol();
                code.loadConstant(31).imul();
                load(code, 0, component);
                if (type.isPrimitive()) {
                    code.invokestatic(boxed(type), "hashCode", MethodTypeDesc.of(ConstantDescs.CD_int, type));
                } else {
                    code.invokestatic(OBJECTS, "hashCode", method("(Ljava/lang/Object;)I"));
                }
                code.iadd();
            }
            code.ireturn();
        }

        private void writeToString(CodeBuilder code) {
            code.new_(BUILDER).dup().invokespecial(BUILDER, "<init>", method("()V"));
            String before = simpleName() + "[";
            for (RecordComponentInfo component : components()) {
                code.loadConstant(before + component.name().stringValue() + "=");
                append(code, ConstantDescs.CD_String);
                load(code, 0, component);
                ClassDesc type = component.descriptorSymbol();
                switch (TypeKind.from(type)) {
                    case REFERENCE -> append(code, ConstantDescs.CD_Object);
                    case BYTE, SHORT -> append(code, ConstantDescs.CD_int);
                    default -> append(code, type);
                }
                before = ", ";
            }
            code.loadConstant(components().isEmpty() ? before + "]" : "]");
            append(code, ConstantDescs.CD_String);
            code.invokevirtual(BUILDER, "toString", method("()Ljava/lang/String;"))
                    .areturn();
        }

        private String simpleName() {
            return model.findAttribute(Attributes.innerClasses()).stream()
                    .flatMap(attribute -> attribute.classes().stream())
                    .filter(nested -> nested.innerClass().equals(model.thisClass()))
                    .flatMap(nested -> nested.innerName().stream())
                    .map(Utf8Entry::stringValue)
                    .findFirst()
                    .orElse(model.thisClass().asSymbol().displayName());
        }

        private static void append(CodeBuilder code, ClassDesc type) {
            code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
        }

        private static MethodTypeDesc method(String descriptor) {
            return MethodTypeDesc.ofDescriptor(descriptor);
        }

        private static ClassDesc boxed(ClassDesc primitive) {
            return switch (primitive.descriptorString()) {
                case "Z" -> ConstantDescs.CD_Boolean;
                case "B" -> ConstantDescs.CD_Byte;
                case "C" -> ConstantDescs.CD_Character;
                case "S" -> ConstantDescs.CD_Short;
                case "J" -> ConstantDescs.CD_Long;
                case "F" -> ConstantDescs.CD_Float;
                case "D" -> ConstantDescs.CD_Double;
                default -> ConstantDescs.CD_Integer;
            };
        }
    }
}
