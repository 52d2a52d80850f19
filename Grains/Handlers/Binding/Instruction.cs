using System.Reflection;
using System.Reflection.Emit;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Represents one instruction of a compiled method, with the field or the method that it names.</summary>
internal readonly record struct Instruction(OpCode Code, MemberInfo? Member)
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => f.GetValue(null)).OfType<OpCode>().ToDictionary(c => c.Value);

    /// <summary>Decides whether the instruction names a field, whatever the type arguments of its type.</summary>
    public bool Names(FieldInfo field) => Member is FieldInfo named && named.HasSameMetadataDefinitionAs(field);

    /// <summary>
    /// Returns the instructions of a method except those that do nothing. Null if they cannot be read, as in a program that was compiled
    /// ahead of time.
    /// </summary>
    public static IReadOnlyList<Instruction>? Of(MethodBase method)
    {
        try
        {
            return method.GetMethodBody()?.GetILAsByteArray() is { } bytes ? Read(method, bytes) : null;
        }
        catch (Exception)
        {
            // The code is analyzed only for warnings. A fault in it, or in what it refers to, shows when it is called.
            return null;
        }
    }

    private static List<Instruction>? Read(MethodBase method, byte[] bytes)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } owner ? owner.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var read = new List<Instruction>();
        for (var at = 0; at < bytes.Length;)
        {
            var value = bytes[at] == 0xFE ? (short)((bytes[at++] << 8) | bytes[at++]) : bytes[at++];
            if (!Codes.TryGetValue(value, out var code))
            {
                return null;
            }

            var member = code.OperandType switch
            {
                OperandType.InlineField => method.Module.ResolveField(BitConverter.ToInt32(bytes, at), typeArguments, methodArguments),
                OperandType.InlineMethod => method.Module.ResolveMethod(BitConverter.ToInt32(bytes, at), typeArguments, methodArguments),
                _ => (MemberInfo?)null,
            };
            at += OperandSize(code, bytes, at);
            if (code != OpCodes.Nop)
            {
                read.Add(new(code, member));
            }
        }

        return read;
    }

    private static int OperandSize(OpCode code, byte[] bytes, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
        _ => 4,
    };
}
