using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>
/// Reads tasks from symbols. It skips tasks that the analyzers reject, so that generated code adds no further compiler errors.
/// </summary>
internal static class TaskReader
{
    /// <summary>Returns the task of a class or method with the attribute, or null if there is none.</summary>
    public static DeclaredTask? Read(ISymbol symbol)
    {
        if (symbol.Attribute(Symbols.Task)?.FirstText() is not { } name || TaskNames.Fault(name) is not null)
        {
            return null;
        }

        return symbol switch
        {
            INamedTypeSymbol type => OfClass(type, name),
            IMethodSymbol { ContainingType.TypeKind: not TypeKind.Interface } method => OfMethod(method, name),
            _ => null,
        };
    }

    /// <summary>Returns the tasks of a contract, for its clients.</summary>
    public static IEnumerable<DeclaredTask> ReadContract(INamedTypeSymbol contract) => contract.IsOpen() || !contract.IsVisible() ? []
        : contract.ContractMethods().Where(static m => MethodRules.Fault(m) is null).Select(m => new DeclaredTask
        {
            Name = NameOf(m),
            Member = MemberOf(m, NameOf(m)),
            Kind = HandlerKind.Contract,
            Type = contract.Code(),
            Method = m.Name,
            Parameters = new(m.Parameters.Select(Parameter)),
            Returns = m.ReturnType.Code(),
            Value = ValueOf(m, m.ReturnType)?.Code(),
            PlainValue = ValueOf(m, m.ReturnType)?.PlainCode(),
            IsPublic = IsPublic(contract, m),
        });

    /// <summary>Returns the tasks whose handlers are the methods of a class that implements contracts.</summary>
    public static IEnumerable<DeclaredTask> ReadImplementation(INamedTypeSymbol type) =>
        type.IsAbstract || type.IsOpen() || !type.IsVisible() ? []
        : type.Contracts()
            .SelectMany(
                contract =>
                    contract.ContractMethods().Where(static m => MethodRules.Fault(m) is null).Select(m => OfImplementation(type, m)));

    /// <summary>Returns the task name of a contract's method.</summary>
    public static string NameOf(IMethodSymbol method) => method.Attribute(Symbols.Task)?.FirstText() ?? MemberNames.TaskOf(method.Name);

    private static DeclaredTask OfImplementation(INamedTypeSymbol type, IMethodSymbol declared)
    {
        var made = type.FindImplementationForInterfaceMember(declared) ?? declared;
        return new DeclaredTask
        {
            Name = NameOf(declared),
            Member = MemberOf(declared, NameOf(declared)),
            Kind = HandlerKind.InstanceMethod,
            Type = type.Code(),
            Method = $"(({declared.ContainingType.Code()})self).{MemberNames.Escape(declared.Name)}",
            Parameters = new(declared.Parameters.Select(Parameter)),
            Returns = declared.ReturnType.Code(),
            Value = ValueOf(declared, declared.ReturnType)?.Code(),
            Schedule = ScheduleCode.Of(made) ?? ScheduleCode.Of(declared),
            Options = OptionsCode.Of(made, declared),
            IsPublic = false,
            HasClientElsewhere = true,
        };
    }

    private static DeclaredTask? OfClass(INamedTypeSymbol type, string name)
    {
        if (type.IsAbstract || type.IsOpen() || !type.IsVisible()
            || type.Handlers().ToList() is not [{ TypeArguments: [{ } arguments, { } result] }] || Returned.Fault(result) is not null)
        {
            return null;
        }

        var isAll = ParameterKinds.IsAll(arguments);
        return new DeclaredTask
        {
            Name = name,
            Member = MemberOf(type, name),
            Kind = HandlerKind.Class,
            Type = type.Code(),
            Parameters = new([new DeclaredParameter("arguments", arguments.Code(), "", null, false, !isAll, isAll, arguments.PlainCode())]),
            Returns = $"global::System.Threading.Tasks.Task<{result.Code()}>",
            Value = ValueOf(type, result)?.Code(),
            PlainValue = ValueOf(type, result)?.PlainCode(),
            Schedule = ScheduleCode.Of(type),
            Options = OptionsCode.Of(type),
            IsPublic = type.IsPublic() && arguments.IsPublic() && result.IsPublic(),
        };
    }

    private static DeclaredTask? OfMethod(IMethodSymbol method, string name) =>
        MethodRules.Fault(method) is not null || MethodRules.OwnerFault(method) is not null ? null : new DeclaredTask
        {
            Name = name,
            Member = MemberOf(method, name),
            Kind = method.IsStatic ? HandlerKind.StaticMethod : HandlerKind.InstanceMethod,
            Type = method.ContainingType.Code(),
            Method = method.IsStatic
            ? $"{method.ContainingType.Code()}.{MemberNames.Escape(method.Name)}"
            : $"self.{MemberNames.Escape(method.Name)}",
            Parameters = new(method.Parameters.Select(Parameter)),
            Returns = method.ReturnType.Code(),
            Value = ValueOf(method, method.ReturnType)?.Code(),
            PlainValue = ValueOf(method, method.ReturnType)?.PlainCode(),
            Schedule = ScheduleCode.Of(method),
            Options = OptionsCode.Of(method),
            IsPublic = IsPublic(method.ContainingType, method) && method.DeclaredAccessibility == Accessibility.Public,
        };

    /// <summary>Returns the type of the value that callers receive, or null if they receive none.</summary>
    private static ITypeSymbol? ValueOf(ISymbol symbol, ITypeSymbol returned) =>
        symbol.Attribute(Symbols.Task)?.Named("SendReturnValues")?.Value is false ? null : Returned.Value(returned);

    private static bool IsPublic(INamedTypeSymbol owner, IMethodSymbol method) => owner.IsPublic() && method.ReturnType.IsPublic()
        && method.Parameters.All(static p => !ParameterKinds.IsArgument(p) || p.Type.IsPublic());

    private static string MemberOf(ISymbol symbol, string name) =>
        symbol.Attribute(Symbols.Task)?.NamedText("Member") is { Length: > 0 } member
            && Microsoft.CodeAnalysis.CSharp.SyntaxFacts.IsValidIdentifier(member) ? member : MemberNames.Of(name);

    private static DeclaredParameter Parameter(IParameterSymbol p) => new(
        p.Name,
        p.Type.Code(),
        ParameterKinds.AttributesOf(p),
        Constants.Default(p),
        p.IsParams,
        ParameterKinds.IsArgument(p),
        ParameterKinds.IsAll(p.Type),
        p.Type.PlainCode());
}
